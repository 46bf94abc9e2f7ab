/**
 * A file is not an HDF5 file that can be used: HDF5 refuses it although it could read all that it asked
 * for, or never comes to an end with it.
 */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
  readonly code = 'damaged_file';

  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path} is damaged: ${reason}`);
  }
}

/** Nobody can tell what is in a file: the disk, the memory or a missing filter is in the way. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
  readonly code = 'file_unreadable';

  /** @param transient whether it may be read later */
  constructor(
    readonly path: string,
    readonly reason: string,
    readonly transient: boolean,
  ) {
    super(`${path} can't be read: ${reason}`);
  }
}

/** No file can be read by this process, whatever is in it: it can't have what HDF5 needs. */
export class ReadingImpossible extends FileUnreadable {
  constructor(path: string, reason: string) {
    super(path, reason, true);
  }
}
