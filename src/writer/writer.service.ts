import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Subject } from 'rxjs';
import { JobSettings } from '../config/writer-settings.js';
import { EventLog } from '../logging/event-log.js';
import type { LogFields } from '../logging/log-fields.js';
import { NO_FILE, OutputRoots } from '../filesystem/output-roots.js';
import type { ParsedWriteRequest } from '../request/parse-write-request.js';
import type { WriteRequest } from '../request/write-request.js';
import type { HeldWait } from '../report/held.js';
import type { ReturnReason } from '../report/report.js';
import type { WriteReport } from '../report/write-report.js';
import { claimOf, givenUp, refusalOf } from './admission.js';
import { FileTurns } from './file-turns.js';
import { GivenBack } from './given-back.js';
import { pause } from './pause.js';
import { failureOf, toldOf } from './job/failure-of.js';
import type { Job, JobOutcome } from './job/job.js';
import { failedOutcome, reportOf, withoutRetry } from './report.js';
import {
  type HeldRequest,
  type Sending,
  attemptOf,
  isAskedAgain,
  isSentAgain,
  received,
} from './held-request.js';
import { Abilities } from './ability/abilities.js';
import { folderOf, placesOf } from './ability/places-of.js';
import { Housekeeping } from './housekeeping.js';
import { LeftBehind } from './left-behind.js';
import { Reporter } from './reporting/reporter.js';
import { logReplaced, logReport, logRetry, logFieldsOf } from './report-log.js';
import { monotonicSeconds } from './request-age.js';
import { type FailedAttempt, untilDataMayBeThere, untilNextAttempt } from './retry-policy.js';
import { SHUT_DOWN, ShutDown } from './errors.js';
import { ThreadPool } from './threads/thread-pool.js';
import { unlessAnswered } from './unless-answered.js';

/** A request came to an end here; or an attempt did, and the next one follows. */
export type WriterEvent =
  | { readonly kind: 'settled'; readonly report: WriteReport; readonly outcome: JobOutcome }
  | { readonly kind: 'returned'; readonly reason: ReturnReason }
  | { readonly kind: 'retry'; readonly code: string };

/**
 * Sees write requests through to a file or an error file, or gives them back.
 *
 * Every request is accepted at once and held by name. As many as there are places are carried out
 * at a time, those for one output file one after another, so that the last one wins. What can't begin soon
 * goes back to a broker that says how its requests are to be handled: another writer may be free.
 */
@Injectable()
export class WriterService implements OnApplicationShutdown {
  private readonly logger = new EventLog('Writer');
  private readonly held = new Map<HeldRequest, Promise<WriteReport>>();
  private readonly turns = new FileTurns();
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
    @Optional() private readonly abilities?: Abilities,
    @Optional() private readonly leftBehind?: LeftBehind,
  ) {
    abilities?.changes.subscribe((unable) => reporter?.tellUnable(unable));
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
    const came = received(request, sending);
    const refusal = this.refusalOf(came);
    const same = this.heldAs(request);
    if (refusal) {
      if (refusal === 'quarantined') this.abilities?.lookAround();
      if (refusal === 'tried' && same) this.noteStall(same[0]);
      return Promise.resolve(this.giveBack(came, new GivenBack(refusal)));
    }
    if (same) {
      const [held, report] = same;
      held.attempt = Math.max(held.attempt, attemptOf(request));
      this.logger.log('request is already held', fieldsOf(held));
      this.reporter?.progress(held);
      return report;
    }
    if (this.isInVain(came)) return Promise.resolve(this.giveBack(came, new GivenBack('busy')));
    const report = this.seeThrough(came).finally(() => this.held.delete(came));
    this.held.set(came, report);
    this.reporter?.progress(came);
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

  /** Why it goes back before anything is done about it. */
  private refusalOf(held: HeldRequest): ReturnReason | undefined {
    return this.reporter?.canName(held) ? refusalOf(held, this.reporter.writerId) : undefined;
  }

  /** Whether it would wait for a place until it is given back. */
  private isInVain(held: HeldRequest): boolean {
    if (this.patienceOf(held) === undefined || !held.parsed || givenUp(held)) return false;
    const isEarly = held.age.leftOf(this.settings.data_retrieval_delay) > 0;
    return !isEarly && this.threads.isHopeless(claimOf(held));
  }

  /** How long a request may wait until it is given back, ms; undefined where it is not. */
  private patienceOf(held: HeldRequest): number | undefined {
    const mayGoBack = held.handling && held.tries === 0 && this.reporter?.takesBack(held);
    return mayGoBack ? Math.max(held.patience, 0) : undefined;
  }

  private async seeThrough(held: HeldRequest): Promise<WriteReport> {
    // What comes again and again makes one line, when it begins.
    if (held.handling) this.logger.debug('request came', fieldsOf(held));
    else this.logger.log('request received', fieldsOf(held));
    const { outputFile } = held;
    try {
      if (outputFile === undefined || outputFile === NO_FILE) return await this.settle(held);
      const came = performance.now();
      const inTurn = () => {
        held.patience -= performance.now() - came;
        return this.settle(held);
      };
      return await this.turns.run(this.roots.commonName(outputFile), inTurn, this.patienceOf(held));
    } catch (error) {
      if (!(error instanceof GivenBack)) throw error;
      return this.giveBack(held, error);
    }
  }

  private async settle(held: HeldRequest): Promise<WriteReport> {
    const { parsed } = held;
    let outcome: JobOutcome;
    try {
      outcome = await this.attempt(held);
    } catch (error) {
      if (error instanceof GivenBack) throw error;
      outcome = failedOutcome(failureOf(error));
    }
    const asked = parsed && parsed.channels.length + parsed.refusedChannels.length;
    if (this.isCutShort(outcome) && this.reporter?.takesBack(held) === true) {
      return this.giveBackAtEnd(held, outcome, asked);
    }
    if (held.handling && held.tries === 0) this.logger.log('request received', fieldsOf(held));
    if (outcome.failure) {
      outcome = await unlessAnswered(outcome, held, this.housekeeping, this.threads);
    }
    const isForAnother = this.isForAnother(held, outcome);
    const isLeft = leavesErrorFile(outcome) && !isForAnother;
    const left = isLeft ? await this.housekeeping.leave(held) : {};
    if (left.path !== undefined) this.leftBehind?.note(left.path);
    const report = reportOf(held, outcome, left, asked);
    // Before the outcome is told: who hears of that knows whether it can be done again.
    this.noteAbility(held, outcome);
    if (outcome.replaced) logReplaced(this.logger, held, outcome.replaced);
    logReport(this.logger, held, report, outcome.warnings, isForAnother);
    // A broker that hears of it after all, or never, has another writer take it up: the error file goes then.
    if (this.isCutShort(outcome)) this.reporter?.returned(held);
    else this.reporter?.outcome(held, report);
    this.happened.next({ kind: 'settled', report, outcome });
    return report;
  }

  private noteAbility(held: HeldRequest, outcome: JobOutcome): void {
    const { failure, fileBytes } = outcome;
    if (!failure && fileBytes > 0) {
      this.abilities?.cameThrough(placesOf(held, outcome, this.settings));
    }
    if (failure && !this.isCutShort(outcome)) this.abilities?.met(toldOf(failure));
  }

  /** Its broker says that a request that is held here still has not moved for long. */
  private noteStall(held: HeldRequest): void {
    if (held.outputFile === undefined || held.outputFile === NO_FILE) return;
    const place = folderOf(held.outputFile, this.settings);
    const message = `a job makes no progress in ${place}`;
    this.abilities?.met({
      ...{ code: 'stalled', message, faults: ['folder', 'writer'], passes: true, place },
    });
  }

  /** Whether its broker has another writer try it before the failure counts. */
  private isForAnother({ handling }: HeldRequest, outcome: JobOutcome): boolean {
    const mayBeOurs = outcome.failure?.faults?.includes('writer') === true;
    return mayBeOurs && handling?.others === true && !this.isCutShort(outcome);
  }

  /** Whether it is for another writer to come to an end with the request. */
  private isCutShort({ failure }: JobOutcome): boolean {
    if (!failure || !this.closing.signal.aborted) return false;
    return failure.kind !== 'permanent' || failure.code === SHUT_DOWN;
  }

  private giveBack(held: HeldRequest, { reason, code, message }: GivenBack): WriteReport {
    this.logger.debug('request given back', { ...fieldsOf(held), reason });
    this.reporter!.returned(held, reason);
    this.happened.next({ kind: 'returned', reason });
    const outcome = failedOutcome({ kind: 'permanent', code, message });
    return reportOf(held, outcome, {}, undefined);
  }

  private giveBackAtEnd(
    held: HeldRequest,
    outcome: JobOutcome,
    channelsAsked: number | undefined,
  ): WriteReport {
    this.logger.log('request returned to the broker', fieldsOf(held));
    this.reporter!.returned(held);
    this.happened.next({ kind: 'returned', reason: 'end' });
    return reportOf(held, outcome, {}, channelsAsked);
  }

  private async attempt(held: HeldRequest): Promise<JobOutcome> {
    const abandoned = givenUp(held);
    if (abandoned) return abandoned;
    const { parsed: request } = held;
    if (!request) throw held.problem;
    const { data_retrieval_delay: delay, data_wait: dataWait, retries } = this.settings;
    const closing = this.closing.signal;
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
      if (!closing.aborted) logRetry(this.logger, held, outcome.failure, wait);
      held.failure = toldOf(outcome.failure);
      held.waitsFor = kind === 'awaiting data' ? 'data' : 'retry';
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
    const mustHaveRows = mayBeAnswered && isAskedAgain(held);
    const attemptId = randomUUID();
    const sentAs = mayBeAnswered
      ? { request_id: held.request.request_id!, attempt: held.attempt }
      : undefined;
    const job = { attemptId, request, leftAs, mayBeAnswered, lateData, mustHaveRows, sentAs };
    try {
      return await this.threads.run(job, {
        giveUp: this.closing.signal,
        abort: this.abandoning.signal,
        claim: claimOf(held),
        patience: this.patienceOf(held),
        waits: (what) => this.waits(held, what),
        started: () => {
          if (held.handling && held.tries === 0)
            this.logger.log('request received', fieldsOf(held));
          held.tries++;
          held.waitsFor = undefined;
          this.logger.debug('try begins', { ...fieldsOf(held), tries: held.tries });
          this.move(held, { state: 'retrieving', bytes: 0, rows: 0, fileBytes: 0 });
        },
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

  private waits(held: HeldRequest, what: HeldWait | undefined): void {
    if (held.waitsFor === what) return;
    held.waitsFor = what;
    this.reporter?.progress(held);
  }

  private move(
    held: HeldRequest,
    to: Pick<HeldRequest, 'state' | 'bytes' | 'rows' | 'fileBytes'>,
  ): void {
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
