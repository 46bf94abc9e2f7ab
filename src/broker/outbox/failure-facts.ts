import type { Failure } from '../../report/failure.js';
import type { WriteReport } from '../../report/write-report.js';
import { DEAD, DEADLY, type FailureFacts } from '../delivery/failed.js';
import { DEAD_LETTERED, WRITER_LOST } from '../delivery/handling-for.js';

/** Seconds for which a data source can ask to be left alone. */
export const LONGEST_RETRY_AFTER_S = 900;

/** What decides about a failure; undefined where its writer does not say, as older releases don't. */
export function factsOf(failure: Failure | undefined): FailureFacts | undefined {
  if (failure?.code === WRITER_LOST) return DEADLY;
  if (failure?.code === DEAD_LETTERED) return DEAD;
  if (failure?.faults === undefined && failure?.passes === undefined) return undefined;
  const { faults = [], passes = false, retry_after: retryAfter } = failure;
  return { faults, passes, retryAfter: retryAfter && Math.min(retryAfter, LONGEST_RETRY_AFTER_S) };
}

/** A writer that only leaves the error file repeats the failure that it was given, without whose fault it was. */
export function withFacts(report: WriteReport, givenUp: FailureFacts | undefined): WriteReport {
  const { failure } = report;
  if (!givenUp || !failure) return report;
  const { faults, passes } = givenUp;
  return { ...report, failure: { faults, passes, ...failure } };
}

/** Whether the writer left no error file, and could have. */
export function leftForAnother({
  state,
  error_file: left,
  no_error_file: problem,
}: WriteReport): boolean {
  return state === 'failed' && left === undefined && problem === undefined;
}
