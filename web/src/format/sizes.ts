import type { RequestHead } from '../api/broker.js';

/** Bytes of a request's file, or of the data that came where no file is known; none where it failed. */
export function sizeOf({ state, file_bytes: size, bytes }: RequestHead): number | undefined {
  return size ?? (state === 'failed' ? undefined : bytes);
}
