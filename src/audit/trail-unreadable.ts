const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist; look at its path, and whether logrotate moved or packed it',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'this user may not read it; run as the user of the broker or the writer',
  EPERM: 'this user may not read it; run as the user of the broker or the writer',
  EISDIR: 'it is a folder; name the files in it',
};

/** An audit trail or an `.err` file could not be read. */
export class TrailUnreadable extends Error {
  override readonly name = 'TrailUnreadable';
  /** As the operating system has it. */
  readonly code: string;

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`${file} can't be read: ${REASONS[code ?? ''] ?? message}`, { cause });
    this.code = code ?? 'unknown';
  }
}
