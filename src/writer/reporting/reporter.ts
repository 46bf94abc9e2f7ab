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
import { PendingReports, type Self, idOf } from './pending-reports.js';
import { ReportPath } from './report-path.js';

/** For a broker to answer, before requests are taken without its knowing who takes them. */
const MAX_WAIT_MS = 1000;
const LAST_WORDS_MS = 1000;
/** Until a report that is not taken counts as not delivered. */
const STUCK_MS = 1000;

/**
 * Tells the broker who this writer is, what it holds and what became of it.
 *
 * Nobody waits for a report: what is to be told is kept until it can be sent. A broker of the Python
 * implementation takes none, and its requests have no id to report on.
 */
@Injectable()
export class Reporter {
  private readonly logger = new EventLog('Writer');
  private readonly self: Self;
  private readonly pending: PendingReports;
  private beat: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
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
    this.pending = new PendingReports(this.self, 1000 * CLAIMS_S + channel.doubtMs);
  }

  /** This writer, as brokers know it. */
  get writerId(): string {
    return this.self.writer_id;
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

  /** A request is not held any more: what became of it. */
  outcome(held: HeldRequest, report: WriteReport): void {
    this.pending.outcome(held, report);
    this.send();
  }

  /** A request is given back: it is not held any more, or never was. */
  returned(held: HeldRequest, reason: ReturnReason = 'end'): void {
    this.pending.returned(held, reason);
    this.send();
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
    await Promise.race([this.lastWords(), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    await this.channel.close();
    await this.sending;
  }

  /** Whether there is a broker that takes reports. */
  get isHeard(): boolean {
    return this.channel.isConnected;
  }

  private get delivers(): boolean {
    const { waitingSince } = this;
    const waits = waitingSince !== undefined && performance.now() - waitingSince > STUCK_MS;
    return this.isHeard && !waits;
  }

  private async lastWords(): Promise<void> {
    await this.sending;
    if (this.isHeard) await this.emit({ kind: 'goodbye', writer_id: this.self.writer_id });
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
    this.sending ??= this.sendAll();
  }

  /** One after another, as the socket takes them. */
  private async sendAll(): Promise<void> {
    // What happens in one go is told together.
    await Promise.resolve();
    for (;;) {
      const report = this.isHeard ? this.pending.next() : undefined;
      if (!report) {
        this.sending = undefined;
        return;
      }
      await this.emit(report);
    }
  }

  private async emit(report: Report): Promise<void> {
    const facts = { report_kind: report.kind, request_id: requestOf(report) };
    this.waitingSince = performance.now();
    try {
      const sent = this.channel.emit(REPORT_PATTERN, reportMessage(report));
      await lastValueFrom(sent, { defaultValue: undefined });
      this.logger.debug('report sent', facts);
    } catch (error) {
      if (error instanceof TransportClosed) return;
      this.logger.warn('a report was not sent', { ...facts, error });
    } finally {
      this.waitingSince = undefined;
    }
  }
}

/** The request that a report is about, if it is about one. */
function requestOf(report: Report): string | undefined {
  if (report.kind === 'progress') return report.held.request_id;
  return 'request_id' in report ? report.request_id : undefined;
}
