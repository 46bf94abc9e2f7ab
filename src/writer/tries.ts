import { randomUUID } from 'node:crypto';
import type { JobSettings } from '../config/writer-settings.js';
import type { HeldWait } from '../report/held.js';
import type { ParsedWriteRequest } from '../request/parse-write-request.js';
import { type Admission, claimOf, givenUp } from './admission.js';
import { ShutDown } from './errors.js';
import { GivenBack } from './given-back.js';
import { type HeldRequest, isAskedAgain } from './held-request.js';
import type { Housekeeping } from './housekeeping.js';
import { failureOf, toldOf } from './job/failure-of.js';
import type { Job, JobOutcome } from './job/job.js';
import { pause } from './pause.js';
import { failedOutcome, withoutRetry } from './report.js';
import { logBegun, logRetry, logTry } from './report-log.js';
import { monotonicSeconds } from './request-age.js';
import type { RequestLogs } from './run-log/request-logs.js';
import { type FailedAttempt, untilDataMayBeThere, untilNextAttempt } from './retry-policy.js';
import type { ThreadPool } from './threads/thread-pool.js';

/** Tells a writer's tries when it ends. */
export interface Endings {
  /** Nothing is begun any more. */
  readonly closing: AbortSignal;
  /** Running jobs end. */
  readonly abandoning: AbortSignal;
}

/** Hears how requests get on. */
export interface TriesListener {
  /** One moved on, or waits for something else. */
  readonly moved: (held: HeldRequest) => void;
  /** A try failed with this code, and another one follows. */
  readonly retried: (code: string) => void;
}

/**
 * Carries requests out: when their time has come, and try after try, until one of them succeeds or another
 * would be of no use.
 */
export class Tries {
  constructor(
    private readonly settings: JobSettings,
    private readonly threads: ThreadPool,
    private readonly housekeeping: Housekeeping,
    private readonly admission: Admission,
    private readonly endings: Endings,
    private readonly listener: TriesListener,
    private readonly logs: RequestLogs,
  ) {}

  /**
   * @returns the outcome of the last try
   * @throws GivenBack; ShutDown where no try was begun; what is wrong with the request
   */
  async outcomeOf(held: HeldRequest): Promise<JobOutcome> {
    const abandoned = givenUp(held);
    if (abandoned) return abandoned;
    const { parsed: request } = held;
    if (!request) throw held.problem;
    const { data_retrieval_delay: delay, data_wait: dataWait, retries } = this.settings;
    const { closing } = this.endings;
    const early = held.age.leftOf(delay);
    if (early > 0) this.waits(held, 'time');
    await pause(early, closing);
    const waits = dataWait > 0 && held.fromBroker && !isAskedAgain(held);
    const failures: FailedAttempt[] = [];
    for (let waited = 0; ;) {
      const left = held.age.leftOf(dataWait);
      const asked = failures.some(({ kind }) => kind === 'awaiting data');
      const lateData = waits
        ? { until: monotonicSeconds() + left, atLeastOnce: !asked }
        : undefined;
      const outcome = await this.runJob(held, request, lateData);
      if (!outcome.failure) return outcome;
      const { kind, code, retry_after: retryAfter } = outcome.failure;
      const idleSeconds = outcome.bytes === 0 ? outcome.seconds : 0;
      failures.push({ kind, waited, idleSeconds, retryAfter });
      const wait =
        kind === 'awaiting data'
          ? untilDataMayBeThere(failures, held.age.leftOf(dataWait), Math.random())
          : untilNextAttempt(failures, retries, Math.random());
      if (wait === undefined) return outcome;
      if (!closing.aborted) logRetry(this.logs.of(held), held, outcome.failure, wait);
      held.failure = toldOf(outcome.failure);
      held.waitsFor = kind === 'awaiting data' ? 'data' : 'retry';
      this.listener.retried(code);
      this.listener.moved(held);
      try {
        await pause(wait, closing);
      } catch (shutDown) {
        return withoutRetry(outcome, shutDown as ShutDown);
      }
      waited = wait;
    }
  }

  private async runJob(
    held: HeldRequest,
    request: ParsedWriteRequest,
    lateData: Job['lateData'],
  ): Promise<JobOutcome> {
    const { leftAs, isSentAgain: mayBeAnswered } = held;
    const mustHaveRows = mayBeAnswered && isAskedAgain(held);
    const attemptId = randomUUID();
    const sentAs = mayBeAnswered
      ? { request_id: held.request.request_id!, attempt: held.attempt }
      : undefined;
    const job = { attemptId, request, leftAs, mayBeAnswered, lateData, mustHaveRows, sentAs };
    try {
      return await this.threads.run(job, {
        giveUp: this.endings.closing,
        abort: this.endings.abandoning,
        claim: claimOf(held),
        patience: this.admission.patienceOf(held),
        waits: (what) => this.waits(held, what),
        started: () => this.begin(held),
        progress: (progress) => this.move(held, { state: 'writing', ...progress }),
      });
    } catch (error) {
      if (error instanceof ShutDown || error instanceof GivenBack) throw error;
      const warnings = await this.housekeeping.discard(job.attemptId);
      return failedOutcome(failureOf(error), warnings);
    } finally {
      held.state = 'received';
      held.waitsFor = undefined;
    }
  }

  private begin(held: HeldRequest): void {
    const log = this.logs.of(held);
    if (held.tries === 0) logBegun(log, held);
    held.tries++;
    held.waitsFor = undefined;
    logTry(log, held, this.settings.data_api_url);
    this.move(held, { state: 'retrieving', bytes: 0, rows: 0, fileBytes: 0 });
  }

  private waits(held: HeldRequest, what: HeldWait | undefined): void {
    if (held.waitsFor === what) return;
    held.waitsFor = what;
    this.listener.moved(held);
  }

  private move(
    held: HeldRequest,
    to: Pick<HeldRequest, 'state' | 'bytes' | 'rows' | 'fileBytes'>,
  ): void {
    Object.assign(held, to);
    this.listener.moved(held);
  }
}
