import { SHUT_DOWN } from './errors.js';
import type { HeldRequest } from './held-request.js';
import type { JobFailure, JobOutcome } from './job/job.js';

/** Whether a request came to no end of its own as the writer ends: it is for another writer then. */
export function isCutShort({ failure }: JobOutcome, isClosing: boolean): boolean {
  if (!failure || !isClosing) return false;
  return failure.kind !== 'permanent' || failure.code === SHUT_DOWN;
}

/**
 * Whether its broker has another writer try a request before its failure, which may be this writer's, counts. So
 * it does with a file that lies outside of this writer's folders alone, whatever it said: nobody but this writer
 * would see an error file that it leaves elsewhere.
 */
export function isForAnother(
  { handling }: Pick<HeldRequest, 'handling'>,
  { failure }: JobOutcome,
): boolean {
  if (!handling || failure?.faults?.includes('writer') !== true) return false;
  return handling.others === true || isOutOfReach(failure);
}

/** Whether the file still has to be written later. Not so where a better file is kept. */
export function leavesErrorFile({ failure }: JobOutcome): boolean {
  return failure !== undefined && failure.code !== 'fewer_rows';
}

function isOutOfReach({ code, passes }: JobFailure): boolean {
  return code === 'output_file_refused' && passes === false;
}
