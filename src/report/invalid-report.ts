import { type FieldProblem, RequestError } from '../request/errors.js';

const MOST_SHOWN = 10;

/** A report that is none: nothing is done with it. */
export class InvalidReport extends RequestError {
  override readonly name = 'InvalidReport';
  readonly code = 'invalid_report';

  constructor(readonly problems: readonly FieldProblem[]) {
    const shown = problems.slice(0, MOST_SHOWN).map(({ field, problem }) => `${field} ${problem}`);
    const more = problems.length > MOST_SHOWN ? ` and ${problems.length - MOST_SHOWN} more` : '';
    super(`The report is not understood: ${shown.join('; ')}${more}.`);
  }
}
