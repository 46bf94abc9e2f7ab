/** Stable words of what can go wrong with a file. */
export type Hdf5FailureCode = 'disk_full' | 'hdf5_write_failed' | 'hdf5_read_failed';

/**
 * The file can't be written or read, and is not complete.
 *
 * `needsFreshThread`: HDF5 holds on to what was open when it failed, so this thread must not write
 * another file.
 */
export class Hdf5Failure extends Error {
  override readonly name = 'Hdf5Failure';

  /** @param reason one line, without a stack */
  constructor(
    readonly code: Hdf5FailureCode,
    readonly path: string,
    readonly reason: string,
    readonly needsFreshThread: boolean,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${reason}`, options);
  }

  /** A failure outside HDF5, of the system's file calls. */
  static ofSystem(path: string, error: unknown): Hdf5Failure {
    if (error instanceof Hdf5Failure) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    return new Hdf5Failure(full ? 'disk_full' : 'hdf5_write_failed', path, message, false, {
      cause: error,
    });
  }
}
