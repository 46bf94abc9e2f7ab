import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Subject } from 'rxjs';
import { JobSettings } from '../config/writer-settings.js';
import { EventLog } from '../logging/event-log.js';
import type { LogFields } from '../logging/log-fields.js';
import { NO_FILE, OutputRoots } from '../filesystem/output-roots.js';
import type { ParsedWriteRequest } from '../request/parse-write-request.js';
import type { WriteRequest } from '../request/write-request.js';
import type { WriteReport } from '../report/write-report.js';
import { failureOf } from './job/failure-of.js';
import type { Job, JobOutcome } from './job/job.js';
import { failedOutcome, reportOf, withoutRetry } from './report.js';
import {
  type HeldRequest,
  type Sending,
  attemptOf,
  isSentAgain,
  received,
} from './held-request.js';
import { Housekeeping } from './housekeeping.js';
import { Reporter } from './reporting/reporter.js';
import { logReplaced, logReport, logRetry, logFieldsOf } from './report-log.js';
import { monotonicSeconds } from './request-age.js';
import { type FailedAttempt, untilDataMayBeThere, untilNextAttempt } from './retry-policy.js';
import { SHUT_DOWN, ShutDown } from './errors.js';
import { ThreadPool } from './threads/thread-pool.js';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { unlessAnswered } from './unless-answered.js';

/** A request came to an end here; or an attempt did, and the next one follows. */
export type WriterEvent =
  | { readonly kind: 'settled'; readonly report: WriteReport; readonly outcome: JobOutcome }
  | { readonly kind: 'returned' }
  | { readonly kind: 'retry'; readonly code: string };

/**
 * Sees write requests through to a file or an error file.
 *
 * Every request is accepted at once and held by name. As many as there are threads are carried out
 * at a time, those for one output file one after another, so that the last one wins.
 */
@Injectable()
export class WriterService implements OnApplicationShutdown {
  private readonly logger = new EventLog('Writer');
  private readonly held = new Map<HeldRequest, Promise<WriteReport>>();
  private readonly mutex = new KeyedMutex();
  private readonly happened = new Subject<WriterEvent>();
  /** Changes of requests, as they happen. */
  readonly events = this.happened.asObservable();
  /** Nothing is begun any more. */
  private readonly closing = new AbortController();
  /** Ends running jobs. */
  private readonly abandoning = new AbortController();

  constructor(
    private readonly settings: JobSettings,
    private readonly roots: OutputRoots,
    private readonly threads: ThreadPool,
    private readonly housekeeping: Housekeeping,
    @Optional() private readonly reporter?: Reporter,
  ) {
    setMaxListeners(0, this.closing.signal, this.abandoning.signal);
  }

  /** Whether it begins nothing more. */
  get isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  /** The requests that have no outcome yet, in the order in which they came. */
  get heldRequests(): readonly HeldRequest[] {
    return [...this.held.keys()];
  }

  /**
   * Writes the file of a request, or leaves an error file. Never rejects: the report says what became
   * of it. A request that its broker sends again while it is held is not written twice.
   *
   * @param sending how a broker sent it; none for a line of a trail, which does not wait for data
   */
  write(request: WriteRequest, sending?: Sending): Promise<WriteReport> {
    const same = this.heldAs(request);
    if (same) {
      const [held, report] = same;
      held.attempt = Math.max(held.attempt, attemptOf(request));
      this.logger.log('request is already held', fieldsOf(held));
      this.reporter?.progress(held);
      return report;
    }
    const held = received(request, sending);
    const report = this.seeThrough(held).finally(() => this.held.delete(held));
    this.held.set(held, report);
    this.reporter?.progress(held);
    return report;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.shutDown(this.settings.shutdown_grace);
    await this.reporter?.end();
  }

  /**
   * Begins nothing more and lets running jobs end within the grace. What comes to no end goes back to
   * a broker that listens, and else becomes an error file.
   *
   * @param grace seconds
   */
  async shutDown(grace: number): Promise<void> {
    this.closing.abort(new ShutDown('before the request was begun'));
    if (this.held.size > 0) {
      this.logger.log('shutting down', { requests: this.held.size, grace_s: grace });
    }
    const overdue = setTimeout(() => this.abandoning.abort(), grace * 1000);
    await Promise.all(this.held.values());
    clearTimeout(overdue);
    await this.threads.close();
    await this.housekeeping.end();
  }

  private heldAs(request: WriteRequest): [HeldRequest, Promise<WriteReport>] | undefined {
    if (!isSentAgain(request)) return undefined;
    return [...this.held].find(([held]) => held.identity.id === request.request_id);
  }

  private async seeThrough(held: HeldRequest): Promise<WriteReport> {
    this.logger.log('request received', fieldsOf(held));
    const { outputFile } = held;
    if (outputFile === undefined || outputFile === NO_FILE) return this.settle(held);
    return this.mutex.run(this.roots.commonName(outputFile), () => this.settle(held));
  }

  private async settle(held: HeldRequest): Promise<WriteReport> {
    const { parsed } = held;
    let outcome: JobOutcome;
    try {
      if (!parsed) throw held.problem;
      outcome = await this.attempt(held, parsed);
    } catch (error) {
      outcome = failedOutcome(failureOf(error));
    }
    const asked = parsed && parsed.channels.length + parsed.refusedChannels.length;
    if (this.isCutShort(outcome) && this.reporter?.takesBack(held) === true) {
      return this.giveBack(held, outcome, asked);
    }
    if (outcome.failure) {
      outcome = await unlessAnswered(outcome, held, this.housekeeping, this.threads);
    }
    const errorFile = leavesErrorFile(outcome) ? await this.housekeeping.leave(held) : undefined;
    const report = reportOf(held, outcome, errorFile, asked);
    if (outcome.replaced) logReplaced(this.logger, held, outcome.replaced);
    logReport(this.logger, held, report, outcome.warnings);
    // A broker that hears of it after all, or never, has another writer take it up: the error file goes then.
    if (this.isCutShort(outcome)) this.reporter?.returned(held);
    else this.reporter?.outcome(held, report);
    this.happened.next({ kind: 'settled', report, outcome });
    return report;
  }

  /** Whether it is for another writer to come to an end with the request. */
  private isCutShort({ failure }: JobOutcome): boolean {
    if (!failure || !this.closing.signal.aborted) return false;
    return failure.kind !== 'permanent' || failure.code === SHUT_DOWN;
  }

  private giveBack(
    held: HeldRequest,
    outcome: JobOutcome,
    channelsAsked: number | undefined,
  ): WriteReport {
    this.logger.log('request returned to the broker', fieldsOf(held));
    this.reporter!.returned(held);
    this.happened.next({ kind: 'returned' });
    return reportOf(held, outcome, undefined, channelsAsked);
  }

  private async attempt(held: HeldRequest, request: ParsedWriteRequest): Promise<JobOutcome> {
    const { data_retrieval_delay: delay, data_wait: dataWait, retries } = this.settings;
    const closing = this.closing.signal;
    await pause(held.age.leftOf(delay), closing);
    const waits = dataWait > 0 && held.fromBroker && request.replayOf === undefined;
    const failures: FailedAttempt[] = [];
    for (let waited = 0; ;) {
      const left = held.age.leftOf(dataWait);
      const asked = failures.some(({ kind }) => kind === 'awaiting data');
      const lateData = waits
        ? { until: monotonicSeconds() + left, atLeastOnce: !asked }
        : undefined;
      const outcome = await this.runJob(held, request, lateData);
      if (!outcome.failure) return outcome;
      const { kind, code, message } = outcome.failure;
      const idleSeconds = outcome.bytes === 0 ? outcome.seconds : 0;
      failures.push({ kind, waited, idleSeconds });
      const wait =
        kind === 'awaiting data'
          ? untilDataMayBeThere(failures, held.age.leftOf(dataWait), Math.random())
          : untilNextAttempt(failures, retries, Math.random());
      if (wait === undefined) return outcome;
      if (!closing.aborted) logRetry(this.logger, held, outcome.failure, wait);
      held.failure = { code, message };
      this.happened.next({ kind: 'retry', code });
      this.reporter?.progress(held);
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
    const job = { attemptId: randomUUID(), request, leftAs, mayBeAnswered, lateData };
    try {
      return await this.threads.run(job, {
        giveUp: this.closing.signal,
        abort: this.abandoning.signal,
        started: () => {
          held.tries++;
          this.logger.debug('try begins', { ...fieldsOf(held), tries: held.tries });
          this.move(held, { state: 'retrieving', bytes: 0, rows: 0 });
        },
        progress: (progress) => this.move(held, { state: 'writing', ...progress }),
      });
    } catch (error) {
      if (error instanceof ShutDown) throw error;
      const warnings = await this.housekeeping.discard(job.attemptId);
      return failedOutcome(failureOf(error), warnings);
    } finally {
      held.state = 'received';
    }
  }

  private move(held: HeldRequest, to: Pick<HeldRequest, 'state' | 'bytes' | 'rows'>): void {
    Object.assign(held, to);
    this.reporter?.progress(held);
  }
}

/** Whether the file still has to be written later. Not so where a better file is kept. */
function leavesErrorFile({ failure }: JobOutcome): boolean {
  return failure !== undefined && failure.code !== 'fewer_rows';
}

function fieldsOf(held: HeldRequest): LogFields {
  return { ...logFieldsOf(held), attempt: held.attempt };
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (seconds <= 0) return;
  // It rejects with an AbortError; the signal's reason says more.
  await sleep(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
}
