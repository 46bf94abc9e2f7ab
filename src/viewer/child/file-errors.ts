/** No file that is served has this name. */
export class FileNotFound extends Error {
  override readonly name = 'FileNotFound';

  constructor(
    readonly file: string,
    reason: string,
  ) {
    super(`File not found: ${file.slice(0, 1000)} ${reason}`);
  }
}

/** A file that must not be read here. */
export class FileNotServed extends Error {
  override readonly name = 'FileNotServed';

  constructor(
    readonly file: string,
    reason: string,
  ) {
    super(`Permission denied: ${file.slice(0, 1000)} ${reason}`);
  }
}

/** A file that has not begun to be HDF5. */
export class NotHdf5 extends Error {
  override readonly name = 'NotHdf5';

  constructor(readonly file: string) {
    super(`${file.slice(0, 1000)} is not an HDF5 file.`);
  }
}
