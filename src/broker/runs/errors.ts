import { type FieldProblem, RequestError, listProblems } from '../../request/errors.js';

/** A call that comes from no beamline's network. */
export class UnknownNetwork extends RequestError {
  override readonly name = 'UnknownNetwork';
  readonly code = 'unknown_network';

  constructor(
    readonly address: string,
    readonly beamlines: readonly string[],
  ) {
    super(
      `The call comes from ${address}, which is in none of the beamlines' networks (${beamlines.join(', ')}): ` +
        `call from a beamline's host, or add the network to the broker's --beamlines.`,
    );
  }
}

/** A call about runs that can't be accepted; names every field that is wrong. */
export class InvalidRunCall extends RequestError {
  override readonly name = 'InvalidRunCall';
  readonly code = 'invalid_run_call';

  constructor(readonly problems: readonly FieldProblem[]) {
    super(`The call was not accepted: ${listProblems(problems)}. Correct it and call again.`);
  }
}

/** What was asked for could not be noted beside the trail, so it is not accepted. */
export class RetrievalNotSaved extends RequestError {
  override readonly name = 'RetrievalNotSaved';
  readonly code = 'retrieval_not_saved';

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `Retrievals can't be noted in ${file} (${code ?? message}), and none is accepted without that: ` +
        `put it right and try again, or start the broker with another --audit_file.`,
      { cause },
    );
  }
}
