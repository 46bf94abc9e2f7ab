import { type FieldProblem, RequestError } from '../request/errors.js';

const MAX_SHOWN = 10;

/** A message that is not a report: it is ignored. */
export class InvalidReport extends RequestError {
  override readonly name = 'InvalidReport';
  readonly code = 'invalid_report';

  constructor(readonly problems: readonly FieldProblem[]) {
    const shown = problems.slice(0, MAX_SHOWN).map(({ field, problem }) => `${field} ${problem}`);
    const more = problems.length > MAX_SHOWN ? ` and ${problems.length - MAX_SHOWN} more` : '';
    super(`The report is not understood: ${shown.join('; ')}${more}.`);
  }
}

/** One channel can't be stored; the rest of the file is not concerned. */
export class ChannelFailure extends Error {
  override readonly name = 'ChannelFailure';

  /**
   * @param code stable word for reports and metrics, e.g. `unknown_type`
   * @param message what is wrong with the channel, for people
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A channel comes again whose rows were stored as all there are. Stored anew, knowing that channels
 * come in pieces, all of it has its place.
 */
export class ChannelGoesOn extends Error {
  override readonly name = 'ChannelGoesOn';

  constructor(channel: string) {
    super(`more rows of ${channel} come after all of it was stored`);
  }
}
