import { bitshuffleFilter } from '../format/chunk-filter.js';
import { numericDatatype } from './datatype.js';
import type { H5 } from './h5.js';
import { NamelessFiles } from './nameless-files.js';
import { packedChunkModule } from './packed-chunk-module.js';
import { PackedChunks } from './packed-chunks.js';
import { rawChunks } from '../format/raw-chunks.js';

/** Written to prove that it works: bytes that HDF5 itself would not make of 64 bytes. */
const CHUNKS = [Buffer.from('shorter than a chunk'), Buffer.alloc(100, 'longer than a chunk')];
const CHUNK_SHAPE = [1n, 8n, 8n];
const HEAD_SHAPE = [1n, 1n, 8n];

/**
 * Makes HDF5 load the filter of `PackedChunks`, and proves that it works: writes a small file, and
 * finds the chunks in its bytes without HDF5. Some milliseconds; a process that is killed meanwhile
 * leaves no file.
 *
 * @throws Error what does not work
 */
export function loadPackedChunks(h5: H5): PackedChunks {
  // HDF5 leaves open what it works on when it throws; here its calls' results are enough.
  h5.deactivate_throwing_error_handler();
  const files = new NamelessFiles(h5);
  try {
    files.make('libH5Zpacked.so', packedChunkModule());
    // HDF5 looks there when it meets the filter for the first time, and keeps what it finds.
    succeed(h5.insert_plugin_search_path(files.folder, 0), 'add a folder of filters');
    try {
      const chunks = new PackedChunks(h5);
      prove(h5, chunks, files);
      return chunks;
    } finally {
      h5.remove_plugin_search_path(0);
    }
  } finally {
    files.close();
    h5.activate_throwing_error_handler();
  }
}

function prove(h5: H5, chunks: PackedChunks, files: NamelessFiles): void {
  const path = files.make('proof.h5');
  const address = writeProof(h5, chunks, path);
  const found = [...rawChunks(files.descriptor(path), address)].map(({ bytes }) => bytes);
  if (!Buffer.concat(CHUNKS).equals(Buffer.concat(found))) {
    throw new Error('other chunks are in the file than were written');
  }
}

/** @returns where the dataset's object header lies in the file */
function writeProof(h5: H5, chunks: PackedChunks, path: string): number {
  const file = h5.open(path, h5.H5F_ACC_TRUNC, false, h5.H5F_LIBVER_EARLIEST, h5.H5F_LIBVER_V110);
  succeed(file, 'create a file');
  try {
    const shape = [BigInt(CHUNKS.length), ...CHUNK_SHAPE.slice(1)];
    const filter = bitshuffleFilter(1);
    const description = {
      ...numericDatatype('uint8').description,
      shape: shape.with(0, 0n),
      maxshape: shape,
      chunks: CHUNK_SHAPE,
      compression: filter.id,
      compression_opts: [...filter.options],
    };
    succeed(h5.create_dataset(file, 'x', 0n, description), 'create a dataset with the filter');
    succeed(h5.resize_dataset(file, 'x', shape), 'resize the dataset');
    for (const [i, packed] of CHUNKS.entries()) {
      chunks.write(packed, (pointer) => {
        const at = BigInt(pointer);
        const ones = [1n, 1n, 1n];
        const status = h5.set_dataset_data(file, 'x', HEAD_SHAPE, [BigInt(i), 0n, 0n], ones, at);
        succeed(status, 'write a chunk');
      });
    }
    return Number(Buffer.from(h5.create_object_reference(file, 'x')).readBigUInt64LE());
  } finally {
    succeed(h5.close_file(file), 'close the file');
  }
}

function succeed(result: number | bigint, action: string): void {
  if (result < 0) throw new Error(`HDF5 could not ${action}`);
}
