/**
 * Base of what can be wrong with a call or a request.
 *
 * `code` is stable: reports, metrics and the HTTP status depend on it; the message is for people.
 */
export abstract class RequestError extends Error {
  abstract readonly code: string;
}

/** One thing wrong with one field: which field, and what to do about it. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** As many as people read. */
const MAX_SHOWN = 20;

/** Problems as one sentence lists them, as many as people read. */
export function listProblems(problems: readonly FieldProblem[]): string {
  const shown = problems.slice(0, MAX_SHOWN).map(({ field, problem }) => `${field} ${problem}`);
  const more = problems.length - shown.length;
  return shown.join('; ') + (more > 0 ? ` and ${more} more` : '');
}

/** JSON with so many keys or values that whatever is done with it would hold everybody else up. */
export class TooManyValues extends RequestError {
  override readonly name = 'TooManyValues';
  readonly code = 'too_many_values';

  constructor(
    readonly field: string,
    readonly problem: string,
  ) {
    super(`${field} ${problem}: send fewer.`);
  }
}

/** Parameters of an acquisition that can't be accepted; names every field that is wrong. */
export class InvalidParameters extends RequestError {
  override readonly name = 'InvalidParameters';
  readonly code = 'invalid_parameters';

  constructor(readonly problems: readonly FieldProblem[]) {
    super(`Parameters were not accepted: ${listProblems(problems)}. Correct and post them again.`);
  }
}

/** A pulse id that is not one. */
export class InvalidPulseId extends RequestError {
  override readonly name = 'InvalidPulseId';
  readonly code = 'invalid_pulse_id';

  constructor(
    readonly field: string,
    readonly text: string,
  ) {
    super(
      `${field} '${text.slice(0, 40)}' is not a pulse id: give an integer from 0 to 9007199254740992 (2^53).`,
    );
  }
}

/** A write request that can't be carried out as it stands: a field is missing, or not what it should be. */
export class InvalidWriteRequest extends RequestError {
  override readonly name = 'InvalidWriteRequest';
  readonly code = 'invalid_request';

  constructor(
    readonly problems: readonly FieldProblem[],
    /** The output file that the request names all the same. */
    readonly outputFile?: string,
  ) {
    super(`The write request can't be carried out: ${listProblems(problems)}.`);
  }
}

/** An output file that must not be written. */
export class OutputFileRefused extends RequestError {
  override readonly name = 'OutputFileRefused';
  readonly code = 'output_file_refused';

  constructor(
    readonly outputFile: string,
    readonly reason: string,
    /** Whether a process with other output roots, or other rights, might take it. */
    readonly mayDoElsewhere = false,
  ) {
    super(`output_file '${outputFile}' ${reason}`);
  }
}
