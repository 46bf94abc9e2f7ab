import type { H5 } from './h5.js';

/**
 * A piece of HDF5's own memory, where data has to lie before HDF5 can write it.
 *
 * That memory never shrinks and its views die when it grows: a region is taken once a thread and
 * used for every file, and a view is asked for anew before each use.
 */
export class HeapRegion {
  private address: number;

  constructor(
    private readonly h5: H5,
    private length: number,
  ) {
    this.address = allocate(h5, length);
  }

  /** Address of the first byte, a multiple of 8. */
  get pointer(): number {
    return this.address;
  }

  /** Size in bytes. */
  get size(): number {
    return this.length;
  }

  /** The bytes, valid until the next call into HDF5. */
  bytes(): Uint8Array {
    return this.h5.HEAPU8.subarray(this.address, this.address + this.length);
  }

  /** The same of any part of HDF5's memory. */
  viewOf(pointer: number, size: number): Uint8Array {
    return this.h5.HEAPU8.subarray(pointer, pointer + size);
  }

  /** Makes the region at least `size` bytes long; what was in it is lost if it has to grow. */
  reserve(size: number): void {
    if (size <= this.length) return;
    this.h5._free(this.address);
    this.length = 0;
    this.address = allocate(this.h5, size);
    this.length = size;
  }
}

function allocate(h5: H5, size: number): number {
  const pointer = h5._malloc(size);
  if (pointer === 0) throw new Error(`no memory for ${size} bytes in HDF5's heap`);
  return pointer;
}
