import type { JobSettings } from '../config/writer-settings.js';
import type { ReturnReason } from '../report/report.js';
import type { Handling } from '../request/handling.js';
import { type Lane, laneOf } from '../request/lane.js';
import type { WriteRequest } from '../request/write-request.js';
import type { HeldRequest, Sending } from './held-request.js';
import type { JobOutcome } from './job/job.js';
import { failedOutcome } from './report.js';
import type { Reporter } from './reporting/reporter.js';
import type { ThreadPool } from './threads/thread-pool.js';
import type { Claim } from './threads/turns.js';

/** One that was handed out more often may have been the end of whoever had it. */
const MOST_REDELIVERIES = 1;

/**
 * Decides what a writer gives back, and when: requests whose broker says how they are to be handled, and those
 * that the queue has had trouble with.
 */
export class Admission {
  constructor(
    private readonly settings: Pick<JobSettings, 'data_retrieval_delay'>,
    private readonly threads: Pick<ThreadPool, 'isHopeless'>,
    private readonly reporter?: Pick<Reporter, 'writerId' | 'canName' | 'takesBack'>,
  ) {}

  /** Why a request is given back as soon as it comes, for what its broker says; undefined where it is not. */
  refusalOf(held: HeldRequest): ReturnReason | undefined {
    const { handling } = held;
    if (!handling || !this.reporter?.canName(held)) return undefined;
    const { writerId } = this.reporter;
    if (handling.quarantined?.includes(writerId)) return 'quarantined';
    return handling.tried_by?.includes(writerId) ? 'tried' : undefined;
  }

  /**
   * Why a request is given back for what became of it in its queue, which does not know the reasons: its broker
   * does, and decides what is to be done.
   */
  strayOf(
    held: HeldRequest,
    { wasDead, redeliveries = 0 }: Partial<Sending> = {},
  ): ReturnReason | undefined {
    if (!this.reporter?.canName(held)) return undefined;
    if (wasDead === true) return 'dead_letter';
    return redeliveries > MOST_REDELIVERIES ? 'redelivered' : undefined;
  }

  /** Whether it would only wait for a place until it is given back. */
  isInVain(held: HeldRequest): boolean {
    if (this.patienceOf(held) === undefined || !held.parsed || givenUp(held)) return false;
    const isEarly = held.age.leftOf(this.settings.data_retrieval_delay) > 0;
    return !isEarly && this.threads.isHopeless(claimOf(held));
  }

  /** How long a request may wait until it is given back, ms; undefined where it is not. */
  patienceOf(held: HeldRequest): number | undefined {
    const mayGoBack = held.handling && held.tries === 0 && this.reporter?.takesBack(held);
    return mayGoBack ? Math.max(held.patience, 0) : undefined;
  }
}

/** How a request competes for places. One whose broker doesn't say how to handle it has its turn, as ever. */
export function claimOf({ request, handling }: Pick<HeldRequest, 'request' | 'handling'>): Claim {
  return {
    lane: laneAmongJobs(request, handling),
    isHandled: handling !== undefined,
    isAlone: handling?.alone === true,
  };
}

/** The request keeps the lane of its line, which an error file repeats; what heals gives way to others. */
function laneAmongJobs(request: WriteRequest, handling: Handling | undefined): Lane {
  if (!handling) return 'live';
  return handling.healing === true ? 'background' : laneOf(request);
}

/** The outcome of a request that its broker has given up; undefined where it has not. */
export function givenUp({ handling }: Pick<HeldRequest, 'handling'>): JobOutcome | undefined {
  const code = handling?.give_up_code;
  if (code === undefined) return undefined;
  const { give_up_message: message = code, give_up_passes: passes } = handling!;
  return failedOutcome({
    kind: 'permanent',
    code,
    message,
    ...(passes !== undefined && { passes }),
  });
}
