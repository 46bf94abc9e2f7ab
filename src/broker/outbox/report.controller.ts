import { setTimeout as delay } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import { InvalidReport } from '../../report/errors.js';
import {
  REPORT_PATTERN,
  type ReportMessage,
  isLargeReport,
  parseReport,
  parseReportInTurns,
} from '../../report/report-message.js';
import type { Heartbeat, Hello, Report } from '../../report/report.js';
import type { WriteRequest } from '../../request/write-request.js';
import { DEAD_LETTER } from '../../transport/message-server.js';
import { now } from '../process/clock.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Outbox } from './outbox.js';
import { Statistics } from '../process/statistics.js';

/** Lines a minute of each kind: more than all writers of one machine write when it starts. */
const MAX_LINES = 100;
const RETRY_AFTER_MS = 1000;

/**
 * Takes what writers report, and what a queue gave up.
 *
 * Where the queue keeps reports, they are acted on one after another, and each is done with when what follows from
 * it is on disk: many may wait for that at once.
 */
@Controller()
export class ReportController {
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle(60_000, MAX_LINES);
  private readonly turns = new SerialQueue();

  constructor(
    private readonly outbox: Outbox,
    private readonly writers: WriterRegistry,
    private readonly statistics: Statistics,
  ) {}

  @EventPattern(REPORT_PATTERN)
  async take(@Payload() message: Partial<ReportMessage>): Promise<void> {
    if (!this.outbox.reportsAreKept) return void (await this.handle(message));
    const matters = await this.turns.run(() => this.patiently(() => this.handle(message)));
    if (matters) await this.outbox.allOnDisk();
  }

  @EventPattern(DEAD_LETTER)
  async takeDead(@Payload() { request_id: id, attempt }: Partial<WriteRequest>): Promise<void> {
    await this.turns.run(() => {
      const isReadable = typeof id === 'string' && Number.isInteger(attempt);
      if (!isReadable || !this.outbox.deadLettered(id, attempt!)) this.noteStranger(id);
    });
    await this.outbox.allOnDisk();
  }

  /** @returns whether anything follows from it that has to be on disk */
  private async handle(message: Partial<ReportMessage>): Promise<boolean> {
    let report: Report;
    try {
      report = isLargeReport(message) ? await parseReportInTurns(message) : parseReport(message);
    } catch (error) {
      if (!(error instanceof InvalidReport)) throw error;
      this.statistics.reportRejected();
      const heldBack = this.throttle.pass('not understood');
      if (heldBack === undefined) return false;
      this.logger.warn('report not understood', { error, ...notLoggedBefore(heldBack) });
      return false;
    }
    await this.act(report);
    return report.kind === 'outcome' || report.kind === 'returned' || report.kind === 'taken';
  }

  /** Acts on a report until the disk lets it: whoever sent it must not believe before that it is dealt with. */
  private async patiently(act: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        const isOfSystem = (error as NodeJS.ErrnoException).syscall !== undefined;
        const heldBack = this.throttle.pass('not acted on');
        if (heldBack !== undefined) {
          const facts = { error, ...(isOfSystem && { retry_in_s: RETRY_AFTER_MS / 1000 }) };
          const message = 'a report could not be acted on';
          this.logger.error(message, { ...facts, ...notLoggedBefore(heldBack) });
        }
        if (!isOfSystem) return false;
        await delay(RETRY_AFTER_MS, undefined, { ref: false });
      }
    }
  }

  private async act(report: Report): Promise<void> {
    switch (report.kind) {
      case 'hello':
      case 'heartbeat':
        return this.present(report);
      case 'progress':
        return this.outbox.progress(report.writer_id, report.held);
      case 'taken':
        return this.outbox.taken(report.writer_id, report.held);
      case 'outcome':
        if (await this.outbox.settle(report)) this.writers.settled(report);
        return;
      case 'returned':
        return this.outbox.returned(report);
      case 'goodbye':
        this.noteEnd(report.writer_id);
        this.writers.goodbye(report.writer_id, now());
        return this.outbox.writerGone(report.writer_id);
      default:
        return report satisfies never;
    }
  }

  private noteStranger(request_id: unknown): void {
    const heldBack = this.throttle.pass('dead letter');
    if (heldBack === undefined) return;
    const facts = typeof request_id === 'string' ? { request_id } : {};
    const message = 'dead letter of the queue is of no request that is known here';
    this.logger.warn(message, { ...facts, ...notLoggedBefore(heldBack) });
  }

  private noteEnd(writer_id: string): void {
    const heldBack = this.throttle.pass('ended');
    if (heldBack === undefined) return;
    this.logger.log('writer ended', { writer_id, ...notLoggedBefore(heldBack) });
  }

  private present(report: Hello | Heartbeat): void {
    const { writer_id, version, host, pid, concurrency } = report;
    const heldBack = this.writers.knows(writer_id) ? undefined : this.throttle.pass('reports');
    if (heldBack !== undefined) {
      const who = { writer_id, version, host, pid, concurrency };
      this.logger.log('writer reports', { ...who, ...notLoggedBefore(heldBack) });
    }
    this.writers.present(report, now());
    this.outbox.present(report);
  }
}
