import type { H5 } from './h5.js';
import { HeapRegion } from './heap-region.js';
import { CHUNK_HEAD, ORDER } from './packed-chunk-module.js';

/**
 * How far, in each dimension, a chunk has to be written to hand over what it shall be: its first
 * elements, of less than twice the bytes of a `CHUNK_HEAD`. HDF5 makes up the others, which is faster
 * than to copy them.
 *
 * @param shape of the chunk, slowest dimension first
 */
export function headShape(shape: readonly number[], elementBytes: number): number[] {
  let needed = Math.ceil(CHUNK_HEAD.size / elementBytes);
  return shape
    .toReversed()
    .map((length) => {
      const count = Math.min(length, needed);
      needed = Math.ceil(needed / length);
      return count;
    })
    .toReversed();
}

/**
 * Hands chunks to HDF5 that are packed already, of datasets with `bitshuffleFilter`.
 *
 * HDF5 has a call for that which h5wasm does not give; but it loads filters, so it gets one of ours
 * (`loadPackedChunks`). HDF5 can't read such datasets in a thread that has it.
 */
export class PackedChunks {
  private readonly order: HeapRegion;
  /** Bytes that HDF5 takes for a chunk's first elements. */
  private readonly elements: HeapRegion;
  private tag = 0;

  constructor(private readonly h5: H5) {
    this.order = new HeapRegion(h5, ORDER.size);
    this.elements = new HeapRegion(h5, 2 * CHUNK_HEAD.size);
  }

  /**
   * Writes one whole chunk that is not in the file yet.
   *
   * @param packed the chunk as it shall be in the file, not empty
   * @param write HDF5's call that writes a chunk's elements as far as `headShape` says; they lie at
   *   the pointer
   * @throws Error what `write` throws, or when HDF5 did not write the packed chunk
   */
  write(packed: Uint8Array, write: (pointer: number) => void): void {
    const { h5, order, elements } = this;
    const pointer = h5._malloc(packed.length);
    if (pointer === 0) throw new Error(`no memory for ${packed.length} bytes in HDF5's heap`);
    h5.HEAPU8.set(packed, pointer);
    this.tag = (this.tag + 1) >>> 0;
    const words = viewOf(order);
    words.setUint32(ORDER.pointer, pointer, true);
    words.setUint32(ORDER.length, packed.length, true);
    words.setUint32(ORDER.tag, this.tag, true);
    const head = viewOf(elements);
    head.setUint32(CHUNK_HEAD.tag, this.tag, true);
    head.setUint32(CHUNK_HEAD.order, order.pointer, true);
    let taken = false;
    try {
      write(elements.pointer);
    } finally {
      taken = this.settle(pointer);
    }
    if (!taken) throw new Error('HDF5 did not take the packed chunk');
  }

  /** Whether HDF5 has taken the buffer, which is its to free then; else it is freed here. */
  private settle(pointer: number): boolean {
    // HDF5's memory may have grown since, so the view is a new one.
    const words = viewOf(this.order);
    if (words.getUint32(ORDER.length, true) === 0) return true;
    words.setUint32(ORDER.length, 0, true);
    this.h5._free(pointer);
    return false;
  }
}

function viewOf(region: HeapRegion): DataView {
  const { buffer, byteOffset, byteLength } = region.bytes();
  return new DataView(buffer, byteOffset, byteLength);
}
