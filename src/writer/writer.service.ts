import { setMaxListeners } from 'node:events';
import { Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Subject } from 'rxjs';
import { JobSettings } from '../config/writer-settings.js';
import { EventLog } from '../logging/event-log.js';
import { NO_FILE, OutputRoots } from '../filesystem/output-roots.js';
import type { WriteRequest } from '../request/write-request.js';
import type { ReturnReason } from '../report/report.js';
import type { WriteReport } from '../report/write-report.js';
import type { MessageFacts } from '../transport/message-server.js';
import { Admission } from './admission.js';
import { FileTurns } from './file-turns.js';
import { GivenBack } from './given-back.js';
import { failureOf, toldOf } from './job/failure-of.js';
import type { JobOutcome } from './job/job.js';
import { failedOutcome, reportOf } from './report.js';
import {
  type HeldRequest,
  type Sending,
  attemptOf,
  isSentAgain,
  received,
} from './held-request.js';
import { Abilities } from './ability/abilities.js';
import { folderOf, placesOf, stallIn } from './ability/places-of.js';
import { Housekeeping } from './housekeeping.js';
import { LeftBehind } from './left-behind.js';
import { isCutShort, isForAnother, leavesErrorFile } from './left-to-others.js';
import { type RequestEnd, LettingGo } from './reporting/letting-go.js';
import { Reporter } from './reporting/reporter.js';
import { logBegun, logCame, logReplaced, logReport, sendingFieldsOf } from './report-log.js';
import { ShutDown } from './errors.js';
import { RequestLogs } from './run-log/request-logs.js';
import { SetAside } from './set-aside.js';
import { ThreadPool } from './threads/thread-pool.js';
import { Tries } from './tries.js';
import { unlessAnswered } from './unless-answered.js';

/** A request that is held, or was given back at once, and its end here. */
interface Taking {
  readonly held: HeldRequest;
  readonly end: Promise<RequestEnd>;
}

/** A request came to an end here; or an attempt did, and the next one follows. */
export type WriterEvent =
  | { readonly kind: 'settled'; readonly report: WriteReport; readonly outcome: JobOutcome }
  | { readonly kind: 'returned'; readonly reason: ReturnReason }
  | { readonly kind: 'retry'; readonly code: string };

/**
 * Sees write requests through to a file or an error file, or gives them back.
 *
 * Every request is accepted at once and held by name. As many as there are places are carried out at a time,
 * those for one output file one after another, so that the last one wins. What can't begin soon goes back, where
 * its broker says how requests are to be handled: another writer may be free.
 */
@Injectable()
export class WriterService implements OnApplicationShutdown {
  private readonly logger = new EventLog('Writer');
  private readonly held = new Map<HeldRequest, Promise<RequestEnd>>();
  private readonly turns = new FileTurns();
  private readonly setAside = new SetAside();
  private readonly happened = new Subject<WriterEvent>();
  /** Changes of requests, as they happen. */
  readonly events = this.happened.asObservable();
  /** Nothing is begun any more. */
  private readonly closing = new AbortController();
  /** Ends running jobs. */
  private readonly abandoning = new AbortController();
  private readonly admission: Admission;
  private readonly tries: Tries;
  private readonly lettingGo: LettingGo;
  private readonly logs: RequestLogs;

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
    const endings = { closing: this.closing.signal, abandoning: this.abandoning.signal };
    setMaxListeners(0, ...Object.values(endings));
    this.admission = new Admission(settings, threads, reporter);
    this.lettingGo = new LettingGo(this.closing.signal, reporter);
    this.logs = new RequestLogs(housekeeping);
    const listener = {
      moved: (held: HeldRequest) => {
        reporter?.progress(held);
        // Nothing is to come in its stead any more.
        if (!this.isClosing) this.setAside.look(held);
      },
      retried: (code: string) => this.happened.next({ kind: 'retry', code }),
    };
    this.tries = new Tries(
      settings,
      threads,
      housekeeping,
      this.admission,
      endings,
      listener,
      this.logs,
    );
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
  async write(request: WriteRequest, sending?: Sending): Promise<WriteReport> {
    const { end } = this.take(request, sending);
    return (await end).report;
  }

  /** The same. @returns when a queue that keeps the request may let go of it */
  accept(request: WriteRequest, facts: MessageFacts): Promise<void> {
    const { held, end } = this.take(request, facts);
    const letGo = this.lettingGo.of(held, end, facts.patience);
    if (facts.setAside) this.setAside.watch(held, facts.setAside, Promise.race([end, letGo]));
    return letGo;
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

  private take(request: WriteRequest, sending?: Sending): Taking {
    const came = received(request, sending);
    const same = this.heldAs(request);
    const stray = same ? undefined : this.admission.strayOf(came, sending);
    const refusal = stray ?? this.admission.refusalOf(came);
    if (refusal) {
      if (refusal === 'quarantined') this.abilities?.lookAround();
      if (refusal === 'tried' && same) this.noteStall(same.held);
      return this.refuse(came, refusal);
    }
    if (same) {
      const { held } = same;
      held.attempt = Math.max(held.attempt, attemptOf(request));
      this.logger.log('request is already held', sendingFieldsOf(held));
      this.reporter?.progress(held);
      return same;
    }
    if (this.admission.isInVain(came)) return this.refuse(came, 'busy');
    const end = this.seeThrough(came).finally(() => this.held.delete(came));
    this.held.set(came, end);
    this.reporter?.progress(came);
    return { held: came, end };
  }

  private refuse(held: HeldRequest, reason: ReturnReason): Taking {
    return { held, end: Promise.resolve(this.giveBack(held, new GivenBack(reason))) };
  }

  private heldAs(request: WriteRequest): Taking | undefined {
    if (!isSentAgain(request)) return undefined;
    const found = [...this.held].find(([held]) => held.identity.id === request.request_id);
    return found && { held: found[0], end: found[1] };
  }

  private async seeThrough(held: HeldRequest): Promise<RequestEnd> {
    // One that goes back to its broker leaves nothing in the log of a run.
    logCame(held.handling ? this.logger : this.logs.of(held), held);
    const { outputFile } = held;
    try {
      if (outputFile === undefined || outputFile === NO_FILE) return await this.settle(held);
      const file = this.roots.commonName(outputFile);
      const came = performance.now();
      const inTurn = () => {
        held.patience -= performance.now() - came;
        return this.settle(held);
      };
      return await this.turns.run(file, inTurn, this.admission.patienceOf(held));
    } catch (error) {
      if (!(error instanceof GivenBack)) throw error;
      return this.giveBack(held, error);
    }
  }

  private async settle(held: HeldRequest): Promise<RequestEnd> {
    const { parsed } = held;
    let outcome: JobOutcome;
    try {
      outcome = await this.tries.outcomeOf(held);
    } catch (error) {
      if (error instanceof GivenBack) throw error;
      outcome = failedOutcome(failureOf(error));
    }
    const asked = parsed && parsed.channels.length + parsed.refusedChannels.length;
    if (isCutShort(outcome, this.isClosing) && this.reporter?.takesBack(held) === true) {
      return await this.giveBackAtEnd(held, outcome, asked);
    }
    const log = this.logs.of(held);
    if (held.tries === 0) logBegun(log, held);
    if (outcome.failure) {
      outcome = await unlessAnswered(outcome, held, this.housekeeping, this.threads);
    }
    const isCut = isCutShort(outcome, this.isClosing);
    const isPassedOn = !isCut && isForAnother(held, outcome);
    const isLeft = leavesErrorFile(outcome) && !isPassedOn;
    const left = isLeft ? await this.housekeeping.leave(held) : {};
    if (left.path !== undefined) this.leftBehind?.note(left.path);
    const report = reportOf(held, outcome, left, asked);
    // Before the outcome is told: who hears of that knows whether it can be done again.
    if (!isCut) this.noteAbility(held, outcome);
    if (outcome.replaced) logReplaced(log, held, outcome.replaced);
    logReport(log, held, report, outcome.warnings, isPassedOn);
    await this.logs.end(held, !isCut && !isPassedOn);
    // A broker that hears of it after all, or never, has another writer take it up: the error file goes then.
    const told = isCut ? this.reporter?.returned(held) : this.reporter?.outcome(held, report);
    this.happened.next({ kind: 'settled', report, outcome });
    return { report, told };
  }

  private noteAbility(held: HeldRequest, { failure, fileBytes, outputFile }: JobOutcome): void {
    if (failure) this.abilities?.met(toldOf(failure));
    else if (fileBytes > 0) {
      this.abilities?.cameThrough(placesOf(held, outputFile, this.settings));
    }
  }

  /** Its broker says that a request that is held here still has not moved for long. */
  private noteStall({ outputFile }: HeldRequest): void {
    if (outputFile === undefined || outputFile === NO_FILE) return;
    this.abilities?.met(stallIn(folderOf(outputFile, this.settings)));
  }

  private giveBack(held: HeldRequest, { reason, code, message }: GivenBack): RequestEnd {
    this.logger.debug('request given back', { ...sendingFieldsOf(held), reason });
    const told = this.reporter!.returned(held, reason);
    this.happened.next({ kind: 'returned', reason });
    const outcome = failedOutcome({ kind: 'permanent', code, message });
    return { report: reportOf(held, outcome, {}, undefined), told, givenBack: reason };
  }

  private async giveBackAtEnd(
    held: HeldRequest,
    outcome: JobOutcome,
    channelsAsked: number | undefined,
  ): Promise<RequestEnd> {
    this.logs.of(held).log('request returned to the broker', sendingFieldsOf(held));
    await this.logs.end(held, false);
    const told = this.reporter!.returned(held);
    this.happened.next({ kind: 'returned', reason: 'end' });
    return { report: reportOf(held, outcome, {}, channelsAsked), told, givenBack: 'end' };
  }
}
