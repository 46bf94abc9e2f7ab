/**
 * Shared memory that takes up none before it is used: what a plain buffer gets may be recycled, and cleared
 * first.
 */
export function untouchedMemory(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes, { maxByteLength: bytes });
}
