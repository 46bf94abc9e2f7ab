/** What the system says, and what to do about it. */
const REMEDIES: Readonly<Record<string, { code: string; remedy: string }>> = {
  ENOSPC: { code: 'disk_full', remedy: 'the disk is full: make room' },
  EDQUOT: { code: 'disk_full', remedy: 'the quota is used up: make room, or raise it' },
  EACCES: { code: 'not_writable', remedy: "permission denied: give the writer's user access" },
  EPERM: { code: 'not_writable', remedy: "not permitted: give the writer's user access" },
  EROFS: { code: 'not_writable', remedy: 'the file system is mounted read-only' },
  ENOTDIR: { code: 'not_writable', remedy: 'a part of the path is a file, not a folder' },
  ENOENT: { code: 'not_writable', remedy: 'the folder is gone' },
  EISDIR: { code: 'not_writable', remedy: 'there is a folder of that name' },
};

/** A file or folder could not be made; nothing can be said about trying again. */
export class FileSystemFailure extends Error {
  override readonly name = 'FileSystemFailure';
  readonly code: string;

  /** @param action what could not be done, e.g. `write` */
  constructor(
    readonly action: string,
    readonly path: string,
    cause: unknown,
  ) {
    const { code: errno = '', message } = cause as NodeJS.ErrnoException;
    const known = REMEDIES[errno];
    super(`can't ${action} ${path}: ${known ? `${known.remedy} (${errno})` : message}`, { cause });
    this.code = known?.code ?? 'file_system_error';
  }

  /** The error as it is if it is one already. */
  static of(action: string, path: string, error: unknown): FileSystemFailure {
    return error instanceof FileSystemFailure ? error : new FileSystemFailure(action, path, error);
  }
}
