import { RequestError } from '../../../request/errors.js';

/** A pgroup has no such run. */
export class RunNotThere extends RequestError {
  override readonly name = 'RunNotThere';
  readonly code = 'run_not_there';
  readonly clientException = 'FileNotFoundError';
  readonly field = 'run_number';

  constructor(
    readonly runNumber: number,
    readonly raw: string,
  ) {
    super(
      `run_number ${runNumber} is not a run in ${raw}: give one that was acquired. GET /runs lists them.`,
    );
  }
}

/** Several folders have the same run number, so that nobody can say which is meant. */
export class RunAmbiguous extends RequestError {
  override readonly name = 'RunAmbiguous';
  readonly code = 'run_ambiguous';
  readonly clientException = 'RuntimeError';
  readonly field = 'run_number';

  constructor(
    readonly runNumber: number,
    readonly folders: readonly string[],
  ) {
    super(
      `run_number ${runNumber} has several folders (${folders.join(', ')}): leave one of them its name.`,
    );
  }
}

/** A file that is not copied. The message is a reason, for the reply. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
}
