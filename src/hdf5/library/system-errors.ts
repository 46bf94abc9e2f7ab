import type { H5 } from './h5.js';

/** Emscripten's number of it. */
const EIO = 29;

type ErrnoErrorClass = new (errno?: number) => Error;

const treated = new WeakSet<object>();

/**
 * Has HDF5 see every error of the system as one. Emscripten has no number for some, as ESTALE of a file
 * server: calls that failed so would read as done, with zeros for what was to be read.
 */
export function tellEverySystemError(h5: H5): void {
  const files = h5.FS as unknown as { ErrnoError: ErrnoErrorClass };
  if (treated.has(files)) return;
  treated.add(files);
  files.ErrnoError = class extends files.ErrnoError {
    constructor(errno = EIO) {
      super(errno);
    }
  };
}
