import { RequestError } from '../../request/errors.js';

/** An outcome could not be put on disk, so nothing is changed. */
export class OutcomeNotSaved extends RequestError {
  override readonly name = 'OutcomeNotSaved';
  readonly code = 'outcome_not_saved';

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `The outcomes file ${file} can't be written (${code ?? message}), so nothing was changed: ` +
        `put that right and try again.`,
      { cause },
    );
  }
}
