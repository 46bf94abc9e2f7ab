import { whyUnreadable } from '../filesystem/why-unreadable.js';
import { RequestError } from '../request/errors.js';
import type { TrailHolder } from './lock-claim.js';

const NOT_WRITTEN: Readonly<Record<string, string>> = {
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

/** The audit trail could not be written: these requests are not recorded, and must not be sent. */
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
    const reason = errno in NOT_WRITTEN ? `${NOT_WRITTEN[errno]} (${errno})` : errno;
    super(
      `The audit trail ${file} can't be written: ${reason}. Nothing is accepted without it: ` +
        `put that right and try again, or start the broker with another --audit_file.`,
      { cause },
    );
    this.errno = errno;
  }
}

/** Something other than a regular file lies where a broker keeps its trail, or a file beside it. */
export class TrailFileUnusable extends Error {
  override readonly name = 'TrailFileUnusable';
  readonly code = 'trail_file_unusable';

  constructor(
    readonly file: string,
    /** folder, FIFO, socket or device */
    readonly kind: string,
  ) {
    super(
      `${file} is a ${kind}, and the broker needs a regular file there: remove it, or start the ` +
        `broker with another --audit_file.`,
    );
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: '; look at its path, and whether logrotate moved or packed it',
  EACCES: '; run as the user of the broker or the writer',
  EPERM: '; run as the user of the broker or the writer',
  EISDIR: '; name the files in it',
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
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    super(`${file} can't be read: ${whyUnreadable(cause)}${REMEDIES[code] ?? ''}`);
    this.code = code;
  }
}

/** Another broker writes the trail: two would mix their acquisitions. */
export class TrailInUse extends Error {
  override readonly name = 'TrailInUse';
  readonly code = 'trail_in_use';

  /** @param lock its claim; without one it has the trail under another name */
  constructor(
    readonly file: string,
    readonly lock?: string,
    readonly holder?: TrailHolder,
  ) {
    super(
      `The audit trail ${file} is in use by another broker, ${whoIn(holder)}: ` +
        `stop that, or choose another --audit_file.${remedyFor(lock, holder)}`,
    );
  }
}

function whoIn(holder: TrailHolder | undefined): string {
  if (holder) return `process ${holder.pid} on ${holder.host}`;
  return 'which has the same file under another name';
}

// A claim with a lock is never left behind.
function remedyFor(lock: string | undefined, holder: TrailHolder | undefined): string {
  if (!holder) return '';
  const isLeft = holder.kernel_lock ? '' : '; if that process is not a broker, remove it';
  return ` (Its claim is ${lock}${isLeft}.)`;
}

/** The files that tell which requests are open can't be read: a broker would not know what to deliver. */
export class PastUnreadable extends Error {
  override readonly name = 'PastUnreadable';
  /** As the operating system has it. */
  readonly code: string | undefined;

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code } = cause as NodeJS.ErrnoException;
    super(
      `${file} can't be read: ${whyUnreadable(cause)}. It tells which requests are open: put that right, and ` +
        `start the broker again.`,
      { cause },
    );
    this.code = code;
  }
}
