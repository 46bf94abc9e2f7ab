import { countChannels } from '../report/count-channels.js';
import type { WriteReport } from '../report/write-report.js';
import type { ErrorFileLeft } from './housekeeping.js';
import type { HeldRequest } from './held-request.js';
import { type JobFailure, type JobOutcome, NOTHING_DONE } from './job/job.js';
import { toldOf } from './job/failure-of.js';
import type { ShutDown } from './errors.js';

/** The outcome of a job that never came to one of its own. */
export function failedOutcome(failure: JobFailure, warnings: readonly string[] = []): JobOutcome {
  return { ...NOTHING_DONE, failure, warnings };
}

/** A failure that would have been tried again, had there been time. */
export function withoutRetry(outcome: JobOutcome, { message }: ShutDown): JobOutcome {
  const failure = outcome.failure!;
  return { ...outcome, failure: { ...failure, message: `${failure.message}; ${message}` } };
}

/**
 * @param left its error file, if it has one
 * @param channelsAsked how many channels the request asks for; undefined where it is not understood
 */
export function reportOf(
  { identity, outputFile, tries }: HeldRequest,
  outcome: JobOutcome,
  left: ErrorFileLeft,
  channelsAsked: number | undefined,
): WriteReport {
  const { failure, channels, notRequested: not_requested } = outcome;
  return {
    ...countChannels({ channels, not_requested }, channelsAsked),
    request_id: identity.id,
    state: outcome.state,
    output_file: outcome.outputFile ?? outputFile,
    error_file: left.path,
    no_error_file: left.problem,
    attempts: tries,
    channels,
    not_requested,
    bytes: outcome.bytes,
    rows: outcome.rows,
    file_bytes: outcome.fileBytes > 0 ? outcome.fileBytes : undefined,
    seconds: outcome.seconds,
    failure: failure && toldOf(failure),
  };
}
