import type { ReturnReason } from '../report/report.js';
import { laneOf } from '../request/lane.js';
import type { HeldRequest } from './held-request.js';
import { failedOutcome } from './report.js';
import type { JobOutcome } from './job/job.js';
import type { Claim } from './threads/turns.js';

/** Why a request is given back as soon as it comes; undefined where it is not. */
export function refusalOf(
  { handling }: Pick<HeldRequest, 'handling'>,
  writerId: string,
): ReturnReason | undefined {
  if (handling?.quarantined?.includes(writerId)) return 'quarantined';
  // What is given up need not be tried: anybody can leave its error file.
  if (handling?.give_up_code !== undefined) return undefined;
  return handling?.tried_by?.includes(writerId) ? 'tried' : undefined;
}

/** What a request is to the places of its writer. One of a broker that says nothing goes in its turn, as ever. */
export function claimOf({ request, handling }: Pick<HeldRequest, 'request' | 'handling'>): Claim {
  return {
    lane: handling ? laneOf(request) : 'live',
    isHandled: handling !== undefined,
    isAlone: handling?.alone === true,
  };
}

/** The outcome of a request that its broker has given up; undefined where it has not. */
export function givenUp({ handling }: Pick<HeldRequest, 'handling'>): JobOutcome | undefined {
  const code = handling?.give_up_code;
  if (code === undefined) return undefined;
  return failedOutcome({ kind: 'permanent', code, message: handling?.give_up_message ?? code });
}
