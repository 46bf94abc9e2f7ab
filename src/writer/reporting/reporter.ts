import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { EMPTY, firstValueFrom, lastValueFrom, timeout } from 'rxjs';
import { version } from '../../config/version.js';
import { WriterSettings } from '../../config/writer-settings.js';
import { EventLog } from '../../logging/event-log.js';
import { CLAIMS_S } from '../../report/claims.js';
import type { Failure } from '../../report/failure.js';
import { REPORT_PATTERN, reportMessage } from '../../report/report-message.js';
import type { Death, Report, ReturnReason } from '../../report/report.js';
import type { WriteReport } from '../../report/write-report.js';
import { AddressUnusable, TransportClosed } from '../../transport/errors.js';
import { REPORT_CHANNEL, type ReportChannel } from '../../transport/report-channel.js';
import type { HeldRequest } from '../held-request.js';
import { type DueReport, PendingReports, type Self, idOf } from './pending-reports.js';
import { ReportPath } from './report-path.js';

/** For a broker to answer, before requests are taken without its knowing who takes them. */
const MAX_WAIT_MS = 1000;
const LAST_WORDS_MS = 1000;
/** A queue that keeps reports has each on its disk before it confirms it. */
const LAST_KEPT_WORDS_MS = 5000;
/** Until a report that is not taken counts as not delivered. */
const STUCK_MS = 1000;

/**
 * Tells the broker who this writer is, what it holds and what became of it.
 *
 * No work waits for a report: what is to be told is kept until it can be sent. When a report on a request was handed
 * over is told, for a queue that keeps the request until then. A broker of the Python implementation takes no
 * reports, and its requests have no id to report on.
 */
@Injectable()
export class Reporter {
  private readonly logger = new EventLog('Writer');
  private readonly self: Self;
  private readonly pending: PendingReports;
  private beat: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  /** There may be something to send that was not there before. */
  private isAsked = false;
  /** Since when one report waits to be taken, in ms. */
  private waitingSince: number | undefined;

  constructor(
    { concurrency, heartbeat }: WriterSettings,
    @Inject(REPORT_CHANNEL) private readonly channel: ReportChannel,
  ) {
    const host = hostname();
    this.self = {
      writer_id: `${host}-${process.pid}-${randomUUID()}`,
      version: version(),
      host,
      pid: process.pid,
      started: Date.now() / 1000 - process.uptime(),
      concurrency,
      heartbeat,
      heeds_handling: true,
    };
    const doubtMs = this.keepsReports ? 0 : 1000 * CLAIMS_S + channel.doubtMs;
    this.pending = new PendingReports(this.self, doubtMs);
  }

  /** This writer, as brokers know it. */
  get writerId(): string {
    return this.self.writer_id;
  }

  /** Where its reports go, without credentials. */
  get address(): string {
    return this.channel.address;
  }

  /**
   * Says hello, if there is a broker that listens, and from then on whenever there is one anew.
   *
   * @param isServed whether a broker is connected that sends requests
   */
  async start(isServed: () => boolean = () => false): Promise<void> {
    try {
      await this.channel.connect();
    } catch (error) {
      if (!(error instanceof AddressUnusable)) throw error;
      this.logger.warn("reports can't be sent", { error });
      return;
    }
    this.channel.status.subscribe((status) => {
      if (status === 'connected') this.greet();
      else this.pending.sendOutcomesAgain();
    });
    const answer = timeout({ first: MAX_WAIT_MS, with: () => EMPTY });
    const status = await firstValueFrom(this.channel.status.pipe(answer), { defaultValue: null });
    if (status !== 'connected') {
      this.logger.log('no broker takes reports so far', { report_address: this.channel.address });
    }
    // A broker that went away this moment may never take it.
    await Promise.race([this.sending, sleep(MAX_WAIT_MS, undefined, { ref: false })]);
    const { heartbeat } = this.self;
    const path = new ReportPath(this.channel, heartbeat, performance.now() / 1000);
    this.beat = setInterval(() => {
      path.look(this.delivers, isServed(), performance.now() / 1000);
      this.present('heartbeat');
    }, heartbeat * 1000);
    this.beat.unref();
  }

  /** Whether there is a broker that a request can be given back to. */
  takesBack(held: HeldRequest): boolean {
    return this.isHeard && this.canName(held);
  }

  /** Whether a broker would understand the request's id. */
  canName(held: HeldRequest): boolean {
    return idOf(held) !== undefined;
  }

  /** A request came, or moved on. */
  progress(held: HeldRequest): void {
    this.pending.progress(held);
    this.send();
  }

  /** The queue is to let go of a request that is held still. @returns when that was handed over */
  taken(held: HeldRequest): Promise<void> {
    const confirmation = this.pending.taken(held);
    this.send();
    return confirmation;
  }

  /**
   * A request is not held any more: what became of it.
   *
   * @returns when that was handed over, or at once where the request has no id to report on
   */
  outcome(held: HeldRequest, report: WriteReport): Promise<void> {
    const confirmation = this.pending.outcome(held, report);
    this.send();
    return confirmation;
  }

  /** A request is given back: it is not held any more, or never was. @returns as `outcome` */
  returned(held: HeldRequest, reason: ReturnReason = 'end'): Promise<void> {
    const confirmation = this.pending.returned(held, reason);
    this.send();
    return confirmation;
  }

  /** Something can't be done any more, or can again: told at once, and before any outcome that follows. */
  tellUnable(unable: readonly Failure[]): void {
    this.pending.unable = unable;
    this.present('heartbeat');
  }

  /** Requests that were being written when an earlier process died: told from now on, and those at once. */
  tellDeaths(deaths: readonly Death[]): void {
    this.pending.deaths = deaths;
    this.present('heartbeat');
  }

  /** Says goodbye, after what is still to be told. */
  async end(): Promise<void> {
    clearInterval(this.beat);
    // A broker that went away this moment may never take them.
    const limit = this.keepsReports ? LAST_KEPT_WORDS_MS : LAST_WORDS_MS;
    await Promise.race([this.lastWords(), sleep(limit, undefined, { ref: false })]);
    await this.channel.close();
    await this.sending;
  }

  /** Whether there is a broker that takes reports. */
  get isHeard(): boolean {
    return this.channel.isConnected;
  }

  /** Whether a report that was handed over can't be lost any more. */
  private get keepsReports(): boolean {
    return this.channel.doubtMs === 0;
  }

  private get delivers(): boolean {
    const { waitingSince } = this;
    const waits = waitingSince !== undefined && performance.now() - waitingSince > STUCK_MS;
    return this.isHeard && !waits;
  }

  private async lastWords(): Promise<void> {
    await this.sending;
    const { writer_id } = this.self;
    if (this.isHeard) await this.emit({ report: { kind: 'goodbye', writer_id } });
  }

  private greet(): void {
    this.pending.sendOutcomesAgain();
    this.present('hello');
  }

  private present(kind: 'hello' | 'heartbeat'): void {
    this.pending.present(kind);
    this.send();
  }

  private send(): void {
    this.isAsked = true;
    this.sending ??= this.sendAll();
  }

  /** One after another, as the socket takes them. */
  private async sendAll(): Promise<void> {
    // What happens in one go is told together.
    await Promise.resolve();
    for (;;) {
      this.isAsked = false;
      const due = this.isHeard ? this.pending.next() : undefined;
      // What was refused is tried again with a heartbeat, or whatever is told next.
      if (due && ((await this.emit(due)) || this.isAsked)) continue;
      this.sending = undefined;
      return;
    }
  }

  /** @returns whether the next one may be sent at once */
  private async emit(due: DueReport): Promise<boolean> {
    const { report, trailId, kept } = due;
    const facts = { report_kind: report.kind, request_id: requestOf(report) };
    this.waitingSince = performance.now();
    try {
      const sent = this.channel.emit(REPORT_PATTERN, reportMessage(report, trailId));
      await lastValueFrom(sent, { defaultValue: undefined });
      this.pending.handedOver(due);
      this.logger.debug('report sent', facts);
      return true;
    } catch (error) {
      this.pending.failed(due);
      if (error instanceof TransportClosed) return false;
      this.logger.warn('a report was not sent', { ...facts, error });
      return !kept;
    } finally {
      this.waitingSince = undefined;
    }
  }
}

/** The request that a report is about, if it is about one. */
function requestOf(report: Report): string | undefined {
  if (report.kind === 'progress' || report.kind === 'taken') return report.held.request_id;
  return 'request_id' in report ? report.request_id : undefined;
}
