import { RequestError } from '../../../request/errors.js';

/** The broker knows no list of PVs. */
export class NoPvListFile extends RequestError {
  override readonly name = 'NoPvListFile';
  readonly code = 'no_pv_list_file';
  readonly clientException = 'RuntimeError';

  constructor() {
    super(
      "This broker knows no list of PVs: whoever runs it can name the EPICS buffer's file with --pv_list_file.",
    );
  }
}

/** The list of PVs can't be read, or is not what it should be. */
export class PvListUnusable extends RequestError {
  override readonly name = 'PvListUnusable';
  readonly code = 'pv_list_unusable';
  readonly clientException = 'RuntimeError';

  constructor(
    readonly file: string,
    readonly problem: string,
    cause?: unknown,
  ) {
    super(`The list of PVs ${file} can't be used: ${problem}. Put that right and call again.`, {
      cause,
    });
  }
}

/** The list of PVs could not be written; the one that was there still counts. */
export class PvListNotSaved extends RequestError {
  override readonly name = 'PvListNotSaved';
  readonly code = 'pv_list_not_saved';
  readonly clientException = 'OSError';

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `The list of PVs can't be written to ${file} (${code ?? message}), so it stays as it was: give the ` +
        "broker's user the right to, or have the disk looked at, and call again.",
      { cause },
    );
  }
}
