import { errnoName } from '../filesystem/errors.js';

/** The writer can't run as the user that it was told to: it must not run at all. */
export class UserIdNotApplied extends Error {
  override readonly name = 'UserIdNotApplied';
  readonly code = 'user_id_not_applied';

  constructor(
    readonly userId: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `The writer can't run as user ${userId}: ${reason}. Start it as root, or as that user, or leave user_id out.`,
      options,
    );
  }
}

interface Meaning {
  readonly code: string;
  readonly remedy: string;
  readonly transient?: true;
}

const NOT_WRITABLE = 'not_writable';
const UNREACHABLE = {
  code: 'file_system_error',
  remedy: 'the file server does not answer as it should',
  transient: true,
} as const;

/** The system's reason, and what to do about it. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: { code: 'disk_full', remedy: 'the disk is full: make room' },
  EDQUOT: { code: 'disk_full', remedy: 'the quota is used up: make room, or raise it' },
  EACCES: { code: NOT_WRITABLE, remedy: "permission denied: give the writer's user access" },
  EPERM: { code: NOT_WRITABLE, remedy: "not permitted: give the writer's user access" },
  EROFS: { code: NOT_WRITABLE, remedy: 'the file system is mounted read-only' },
  ENOTDIR: { code: NOT_WRITABLE, remedy: 'a part of the path is a file, not a folder' },
  ENOENT: { code: NOT_WRITABLE, remedy: 'the folder is gone' },
  EISDIR: { code: NOT_WRITABLE, remedy: 'there is a folder of that name' },
  EBUSY: { code: 'file_system_error', remedy: 'something else uses it', transient: true },
  EIO: { code: 'file_system_error', remedy: 'the disk could not read or write', transient: true },
  ESTALE: {
    code: 'file_system_error',
    remedy: 'the file server no longer knows the file or its folder',
    transient: true,
  },
  ...Object.fromEntries(
    [
      ...['EAGAIN', 'ETIMEDOUT', 'ENOTCONN', 'ECONNABORTED', 'ECONNRESET', 'ECONNREFUSED'],
      ...['EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH', 'EREMOTEIO', 'ESHUTDOWN'],
    ].map((name) => [name, UNREACHABLE]),
  ),
};

/** A file or folder could not be made. */
export class FileSystemFailure extends Error {
  override readonly name = 'FileSystemFailure';
  readonly code: string;
  /** Whether the same may succeed later. */
  readonly transient: boolean;

  /** @param action what could not be done, e.g. `write` */
  constructor(
    readonly action: string,
    readonly path: string,
    cause: unknown,
  ) {
    const name = errnoName(cause as NodeJS.ErrnoException);
    const meaning = MEANINGS[name];
    const reason = meaning ? `${meaning.remedy} (${name})` : (cause as Error).message;
    super(`can't ${action} ${path}: ${reason}`, { cause });
    this.code = meaning?.code ?? 'file_system_error';
    this.transient = meaning?.transient === true;
  }

  /** The error as it is if it is one already. */
  static of(action: string, path: string, error: unknown): FileSystemFailure {
    return error instanceof FileSystemFailure ? error : new FileSystemFailure(action, path, error);
  }
}

export const SHUT_DOWN = 'shut_down';

/** A request that the writer did not get to the end of, because it was told to end itself. */
export class ShutDown extends Error {
  override readonly name = 'ShutDown';
  readonly code = SHUT_DOWN;

  /** @param moment where the request stood, e.g. `before it was begun` */
  constructor(moment: string) {
    super(`the writer was shut down ${moment}`);
  }
}

/** A writer whose first thread can't write a file would turn each request into an error file. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
  readonly code = 'cannot_write';

  /** @param reason with a remedy, if there is one */
  constructor(reason: string) {
    super(`this writer can't write files: ${reason}`);
  }
}

/** A worker thread ended and took its job with it, if it had one. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
  readonly code = 'thread_lost';

  /**
   * @param reason of the end, e.g. that it ran out of memory
   * @param wasReady whether it had shown before that it can work: else it says nothing about the job
   */
  constructor(
    readonly reason: string,
    readonly wasReady: boolean,
    options?: ErrorOptions,
  ) {
    const when = wasReady ? 'in the middle of the job' : 'before it was ready';
    super(`the worker thread ended ${when}: ${reason}`, options);
  }
}
