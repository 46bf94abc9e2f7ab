import { closeSync, openSync } from 'node:fs';
import { File, type Dataset } from 'h5wasm/node';
import type { PackedBlock } from '../../rows/row-block.js';
import { rawChunks, type RawChunk } from '../format/raw-chunks.js';
import { blockOf } from '../row-blocks.fixture.js';

const BLOCK_BYTES = 8192;

/** Bytes that nothing compresses, the same for the same seed. */
export function noise(bytes: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/**
 * Bitshuffle-LZ4 data of `size` bytes (a multiple of 64, without a short block) that are all 0 or all
 * 255, as liblz4 packs them: a literal, a match that repeats it, five literals.
 */
export function packedRun(byte: 0 | 255, size: number): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeBigInt64BE(BigInt(size));
  header.writeInt32BE(Math.min(size, BLOCK_BYTES), 8);
  const parts: Uint8Array[] = [header];
  for (let left = size; left > 0; left -= BLOCK_BYTES) {
    const repeated = Math.min(left, BLOCK_BYTES) - 6 - 4 - 15;
    const more = Array.from({ length: Math.floor(repeated / 255) }, () => 255);
    const end = [0x50, byte, byte, byte, byte, byte];
    const block = [0x1f, byte, 1, 0, ...more, repeated % 255, ...end];
    parts.push(Buffer.from([0, 0, block.length >> 8, block.length & 255, ...block]));
  }
  return Buffer.concat(parts);
}

/** Rows with pulse ids from `first` on; undefined is an absent one. */
export function packedBlockOf(
  first: number,
  values: readonly (Uint8Array | undefined)[],
): PackedBlock {
  const rows = values.map((value, i) => ({
    pulseId: first + i,
    value: [],
    date: `date ${first + i}`,
    timestamp: BigInt(first + i),
    present: value !== undefined,
  }));
  const block = blockOf('int8', [0], rows);
  return { ...block, packed: values.map((value) => value ?? new Uint8Array(0)) };
}

/** The chunks of a dataset as they are in the file. */
export function rawChunksOf(path: string, dataset: string): RawChunk[] {
  const file = new File(path, 'r');
  const fd = openSync(path, 'r');
  try {
    const reference = (file.get(dataset) as Dataset).create_reference().ref_data;
    return [...rawChunks(fd, Number(Buffer.from(reference).readBigUInt64LE()))];
  } finally {
    closeSync(fd);
    file.close();
  }
}
