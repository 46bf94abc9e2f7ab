import { SHUT_DOWN } from './errors.js';
import type { HeldRequest } from './held-request.js';
import type { JobOutcome } from './job/job.js';

/** Whether a request came to no end of its own as the writer ends: it is for another writer then. */
export function isCutShort({ failure }: JobOutcome, isClosing: boolean): boolean {
  if (!failure || !isClosing) return false;
  return failure.kind !== 'permanent' || failure.code === SHUT_DOWN;
}

/** Whether its broker has another writer try a request before its failure, which may be this writer's, counts. */
export function isForAnother(
  { handling }: Pick<HeldRequest, 'handling'>,
  { failure }: JobOutcome,
): boolean {
  return handling?.others === true && failure?.faults?.includes('writer') === true;
}

/** Whether the file still has to be written later. Not so where a better file is kept. */
export function leavesErrorFile({ failure }: JobOutcome): boolean {
  return failure !== undefined && failure.code !== 'fewer_rows';
}
