import { whyUnreadable } from '../filesystem/why-unreadable.js';
import { RequestError } from '../request/errors.js';

/** A text that can't be the name of a pgroup, or of something in it. */
export class InvalidRunName extends RequestError {
  override readonly name = 'InvalidRunName';
  readonly code = 'invalid_run_name';

  constructor(
    readonly field: string,
    readonly problem: string,
  ) {
    super(`${field} ${problem}.`);
  }
}

/** The pgroup has no raw folder. Nothing is spent. */
export class PgroupFolderMissing extends RequestError {
  override readonly name = 'PgroupFolderMissing';
  readonly code = 'pgroup_folder_missing';
  readonly field = 'pgroup';

  constructor(
    readonly folder: string,
    cause: unknown,
  ) {
    super(
      `pgroup has no raw folder: ${folder} can't be opened (${whyUnreadable(cause)}). Correct the ` +
        `pgroup, or have the folder made.`,
      { cause },
    );
  }
}

const NOT_WRITABLE: Readonly<Record<string, string>> = {
  EACCES: "the broker's user may not: give it the right to",
  EPERM: "the broker's user may not: give it the right to",
  EROFS: 'its file system is mounted read-only: have that changed',
  ENOSPC: 'no room is left on its disk: make some',
  EDQUOT: 'its quota is used up: make room',
  ENOTDIR: 'a part of its path is a symbolic link, or no folder: replace that by a folder',
  ELOOP: 'it is a symbolic link: replace that by a file',
  EISDIR: 'it is a folder where a file belongs: move that away',
  ENOTREG: 'it is no regular file: move that away',
  ERR_FS_FILE_TOO_LARGE: 'it is too large to be what it should be: move that away',
};

/** A folder or file of the pgroup can't be read or written. */
export class PgroupNotWritable extends RequestError {
  override readonly name = 'PgroupNotWritable';
  readonly code = 'pgroup_not_writable';
  readonly field = 'pgroup';
  /** As the operating system has it. */
  readonly errno: string;

  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const why = NOT_WRITABLE[code] ?? `${code || message}: have the disk looked at`;
    super(`pgroup can't be written: ${path}: ${why}, and try again.`, { cause });
    this.errno = code;
  }
}

/** The pgroup has been closed: nothing is written to it any more. */
export class PgroupClosed extends RequestError {
  override readonly name = 'PgroupClosed';
  readonly code = 'pgroup_closed';
  readonly field = 'pgroup';

  constructor(readonly file: string) {
    super(
      `pgroup is closed for writing (${file} exists). Use another pgroup, or ask whoever closed it.`,
    );
  }
}

/** A run number that was never given out. */
export class RunNumberAhead extends RequestError {
  override readonly name = 'RunNumberAhead';
  readonly code = 'run_number_ahead';
  readonly field = 'run_number';

  constructor(
    readonly runNumber: number,
    readonly last: number,
  ) {
    super(
      `run_number ${runNumber} was not given out yet, the last one is ${last}: ask for one with ` +
        `/advance_run_number, or leave run_number out.`,
    );
  }
}

/** A run whose files exist, in a layout that has one acquisition a run. */
export class RunNumberUsed extends RequestError {
  override readonly name = 'RunNumberUsed';
  readonly code = 'run_number_used';
  readonly field = 'run_number';

  constructor(
    readonly runNumber: number,
    readonly file: string,
  ) {
    super(
      `run_number ${runNumber} is used (${file} exists), and in this layout a run is one acquisition: ` +
        `leave run_number out, or ask for another with /advance_run_number.`,
    );
  }
}

/** Steps of one run with different tags: they would lie in two folders. */
export class RunTagDiffers extends RequestError {
  override readonly name = 'RunTagDiffers';
  readonly code = 'run_tag_differs';
  readonly field = 'user_tag';

  constructor(
    readonly runNumber: number,
    readonly asked: string,
    readonly existing: readonly string[],
  ) {
    super(
      `user_tag would put run ${runNumber} into ${asked}, and it lies in ${existing.join(', ')}: give ` +
        `all acquisitions of a run the same user_tag, or take another run_number.`,
    );
  }
}

/** Somebody else keeps the pgroup locked. */
export class PgroupBusy extends RequestError {
  override readonly name = 'PgroupBusy';
  readonly code = 'pgroup_busy';
  readonly field = 'pgroup';

  constructor(
    readonly file: string,
    readonly seconds: number,
  ) {
    super(
      `pgroup is in use: another program has kept ${file} locked for ${seconds} s. Nothing was ` +
        `changed: try again, and if it stays so, find out who has that file open (lsof).`,
    );
  }
}

/** Another acquisition has the numbers of this one: it was never replied to, and is not carried out. */
export class PlanOvertaken extends RequestError {
  override readonly name = 'PlanOvertaken';
  readonly code = 'plan_overtaken';

  constructor(
    readonly runNumber: number,
    readonly acquisitionNumber: number,
    readonly file: string,
  ) {
    super(
      `Acquisition ${acquisitionNumber} of run ${runNumber} belongs to another request, by ${file}: ` +
        `ask for these pulses again.`,
    );
  }
}

/** A run that can't be read from disk. */
export class RunUnreadable extends RequestError {
  override readonly name = 'RunUnreadable';
  readonly code = 'run_unreadable';

  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(
      `${path} can't be read as a run: ${problem}. Give a run's folder (run0007), or in the flat ` +
        `layout its JSON (run_info/000000/run_000007.json).`,
    );
  }
}
