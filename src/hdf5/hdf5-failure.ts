/** Stable words of what can go wrong with a file. */
export type Hdf5FailureCode =
  'disk_full' | 'hdf5_write_failed' | 'hdf5_read_failed' | 'pulse_ids_scattered';

/**
 * The file can't be written or read. It is closed, and not complete.
 *
 * HDF5 may hold on to what was open when it failed: `needsFreshThread` says that this thread must
 * not write another file.
 */
export class Hdf5Failure extends Error {
  override readonly name = 'Hdf5Failure';

  /** @param reason one line, without a stack */
  constructor(
    readonly code: Hdf5FailureCode,
    readonly path: string,
    reason: string,
    readonly needsFreshThread: boolean,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${reason}`, options);
  }
}
