import type { Metadata } from 'h5wasm/node';
import { BITSHUFFLE } from '../format/chunk-filter.js';
import type { H5 } from '../library/h5.js';
import type { BrowsedFile } from './browsed-file.js';
import { type Value, decodeValues } from './decode-values.js';
import { CLASS, isVariable } from './described-type.js';
import { NotReadableHere } from './errors.js';
import { PackedBlocks } from './packed-blocks.js';
import { type AxisSelection, type Block, blocksOf } from './selection.js';
import { typeInMemory } from './type-in-memory.js';

const MIB = 1024 * 1024;
/** Bytes that are read at once, at least a chunk: what is left of it would be unpacked again. */
const BLOCK_BYTES = 4 * MIB;
const LARGEST_BLOCK_BYTES = 64 * MIB;
/** A chunk has to fit into memory as a whole. */
const LARGEST_CHUNK_BYTES = 256 * MIB;
/** Counted for an element that has its bytes elsewhere. */
const VARIABLE_BYTES = 1024;

/** Filters that HDF5 has here: gzip, shuffle, fletcher32, nbit, scaleoffset. */
const FILTERS = new Set([1, 2, 3, 5, 6]);

/** The elements of a dataset, in blocks of some megabytes: what is asked for, and no more of the file. */
export class Elements {
  /** Of one element, as it is in the file. */
  readonly type: Metadata;
  private readonly inMemory: Metadata;
  readonly shape: readonly number[];
  private readonly packed: PackedBlocks | undefined;

  /** @throws NotReadableHere where something keeps it from being read; Hdf5Failure */
  constructor(
    private readonly file: BrowsedFile,
    private readonly path: string,
  ) {
    this.type = file.datasetAt(path);
    this.inMemory = typeInMemory(this.type);
    this.shape = this.type.shape ?? [];
    const { chunks, size, virtual_sources: sources = [] } = this.type;
    refuseUnreadable(path, this.type);
    const foreign = sources.find(({ file_name }) => file_name !== '.');
    if (foreign) {
      const reason = `it is made of data in other files, as ${foreign.file_name}: open these.`;
      throw new NotReadableHere(path, reason);
    }
    const filters = chunks ? file.filtersOf(path) : [];
    if (filters.some(({ id }) => id === BITSHUFFLE)) {
      this.packed = new PackedBlocks(file, path, this.type, filters);
    } else {
      const missing = filters.find(({ id }) => !FILTERS.has(id));
      if (missing) {
        const name = missing.name ? `${missing.id} (${missing.name.slice(0, 60)})` : missing.id;
        throw new NotReadableHere(path, `it is compressed with HDF5's filter ${name}.`);
      }
    }
    if (chunkBytes(chunks, size) > LARGEST_CHUNK_BYTES) {
      const reason = `its chunks have over ${LARGEST_CHUNK_BYTES / MIB} MiB each.`;
      throw new NotReadableHere(path, reason);
    }
  }

  /**
   * The bytes of what is selected, in row-major order, block by block, in little endian: of numbers, of texts of fixed length, of
   * all that is not `isVariable`.
   *
   * @throws Hdf5Failure, CorruptData
   */
  *bytes(axes: readonly AxisSelection[]): Generator<Uint8Array> {
    for (const block of this.blocks(axes)) {
      yield this.packed ? this.packed.read(block) : this.read(block, (bytes) => bytes.slice());
    }
  }

  /** The values of what is selected, flat. @throws Hdf5Failure, CorruptData */
  *values(axes: readonly AxisSelection[]): Generator<Value[]> {
    for (const block of this.blocks(axes)) {
      if (this.packed) {
        const bytes = this.packed.read(block);
        yield this.file.call((h5) => decodeValues(bytes, this.inMemory, h5));
      } else {
        yield this.read(block, (bytes, h5) => decodeValues(bytes.slice(), this.inMemory, h5));
      }
    }
  }

  private *blocks(axes: readonly AxisSelection[]): Generator<Block> {
    // A null dataspace has no elements at all.
    if (this.type.shape === null) return;
    const { size, chunks } = this.type;
    const bytes = Math.max(size, isVariable(this.type) ? VARIABLE_BYTES : 1);
    const limit = Math.min(Math.max(BLOCK_BYTES, chunkBytes(chunks, size)), LARGEST_BLOCK_BYTES);
    yield* blocksOf(axes, bytes, limit, chunks);
  }

  /** @param use gets HDF5's own memory */
  private read<T>({ offset, count, steps }: Block, use: (bytes: Uint8Array, h5: H5) => T): T {
    const length = count.reduce((product, each) => product * each, 1) * this.type.size;
    return this.file.call((h5, id) => {
      const pointer = h5._malloc(length);
      if (pointer === 0) throw new Error(`no memory for ${length} bytes in HDF5's heap`);
      // What HDF5 leaves out must not be what was there before, least of all pointers.
      h5.HEAPU8.fill(0, pointer, pointer + length);
      const at = BigInt(pointer);
      const [many, from, stride] = [count, offset, steps].map((each) =>
        each.length === 0 ? null : each.map(BigInt),
      );
      try {
        this.readInto(h5, id, many, from, stride, at);
        return use(h5.HEAPU8.subarray(pointer, pointer + length), h5);
      } finally {
        if (isVariable(this.type)) this.reclaim(h5, id, many, at);
        h5._free(pointer);
      }
    });
  }

  private readInto(
    h5: H5,
    id: bigint,
    count: bigint[] | null,
    offset: bigint[] | null,
    steps: bigint[] | null,
    at: bigint,
  ): void {
    if (h5.get_dataset_data(id, this.path, count, offset, steps, at) < 0) {
      throw new Error(`HDF5 can't read ${this.path}`);
    }
  }

  private reclaim(h5: H5, id: bigint, count: bigint[] | null, at: bigint): void {
    if (count) h5.reclaim_vlen_memory_count(id, this.path, '', at, count);
    else h5.reclaim_vlen_memory(id, this.path, '', at);
  }
}

/**
 * Refuses types whose values HDF5 would hand over wrongly.
 *
 * @throws NotReadableHere
 */
export function refuseUnreadable(path: string, type: Metadata): void {
  const reason = obstacleIn(type);
  if (reason !== undefined) throw new NotReadableHere(path, reason);
}

function obstacleIn(type: Metadata): string | undefined {
  const { size, littleEndian } = type;
  switch (type.type) {
    case CLASS.float:
      return [2, 4, 8].includes(size)
        ? undefined
        : `it has floating-point numbers of ${size} bytes.`;
    case CLASS.integer:
      return [1, 2, 4, 8].includes(size) ? undefined : `it has integers of ${size} bytes.`;
    case CLASS.enumeration:
      // h5wasm can't have them converted.
      return littleEndian || size === 1 ? undefined : 'it has enumerations in big endian.';
    case CLASS.compound:
      return type.compound_type!.members.map(obstacleIn).find((reason) => reason !== undefined);
    case CLASS.array:
      return obstacleIn(type.array_type!);
    case CLASS.sequence:
      return obstacleIn(type.vlen_type!);
    default:
      return undefined;
  }
}

function chunkBytes(chunks: readonly number[] | null, size: number): number {
  return chunks ? chunks.reduce((product, length) => product * length, size) : 0;
}
