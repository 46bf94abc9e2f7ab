import { RequestError } from '../request/errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no room is left on its disk',
  EDQUOT: 'its quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is mounted read-only',
  trail_in_use: 'another broker writes it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
};

/** The audit trail could not be written: what was to be recorded is not, and must not be sent. */
export class AuditTrailFailed extends RequestError {
  override readonly name = 'AuditTrailFailed';
  readonly code = 'audit_trail_failed';
  readonly errno: string;

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const errno = code ?? message;
    const reason = errno in REASONS ? `${REASONS[errno]} (${errno})` : errno;
    super(
      `The audit trail ${file} can't be written: ${reason}. Nothing is accepted without it: ` +
        `put that right and try again, or start the broker with another --audit_file.`,
      { cause },
    );
    this.errno = errno;
  }
}
