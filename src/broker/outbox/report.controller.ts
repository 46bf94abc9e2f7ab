import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
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
import { now } from '../process/clock.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Outbox } from './outbox.js';
import { Statistics } from '../process/statistics.js';

/** Lines a minute of each kind: more than all writers of one machine write when it starts. */
const MAX_LINES = 100;

/** Takes what writers report. */
@Controller()
export class ReportController {
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle(60_000, MAX_LINES);

  constructor(
    private readonly outbox: Outbox,
    private readonly writers: WriterRegistry,
    private readonly statistics: Statistics,
  ) {}

  @EventPattern(REPORT_PATTERN)
  async take(@Payload() message: Partial<ReportMessage>): Promise<void> {
    let report: Report;
    try {
      report = isLargeReport(message) ? await parseReportInTurns(message) : parseReport(message);
    } catch (error) {
      if (!(error instanceof InvalidReport)) throw error;
      this.statistics.reportRejected();
      const heldBack = this.throttle.pass('not understood');
      if (heldBack === undefined) return;
      this.logger.warn('report not understood', { error, ...notLoggedBefore(heldBack) });
      return;
    }
    await this.act(report);
  }

  private async act(report: Report): Promise<void> {
    switch (report.kind) {
      case 'hello':
      case 'heartbeat':
        return this.present(report);
      case 'progress':
      case 'taken':
        return this.outbox.progress(report.writer_id, report.held);
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
