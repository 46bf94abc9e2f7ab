import { outputFileOf } from '../request/parse-write-request.js';
import type { WriteReport } from '../rows/write-report.js';
import type { HeldRequest } from './held-request.js';
import { type JobFailure, type JobOutcome, NOTHING_DONE } from './job/job.js';
import type { ShutDown } from './shut-down.js';

/** What is known of a job that never came to an outcome of its own. */
export function failedOutcome(failure: JobFailure, warnings: readonly string[] = []): JobOutcome {
  return { ...NOTHING_DONE, failure, warnings };
}

/** A failure that would have been tried again, had there been time. */
export function withoutRetry(outcome: JobOutcome, { message }: ShutDown): JobOutcome {
  const failure = outcome.failure!;
  return { ...outcome, failure: { ...failure, message: `${failure.message}; ${message}` } };
}

export function reportOf(
  { request, tries }: HeldRequest,
  outcome: JobOutcome,
  errorFile: string | undefined,
): WriteReport {
  const { failure } = outcome;
  return {
    request_id: typeof request.request_id === 'string' ? request.request_id : undefined,
    state: outcome.state,
    output_file: outcome.outputFile ?? outputFileOf(request),
    error_file: errorFile,
    attempts: tries,
    channels: outcome.channels,
    not_requested: outcome.notRequested,
    bytes: outcome.bytes,
    rows: outcome.rows,
    seconds: outcome.seconds,
    failure: failure && { code: failure.code, message: failure.message },
  };
}
