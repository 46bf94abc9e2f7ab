import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { EventLog } from '../../logging/event-log.js';
import { InvalidReport } from '../../report/invalid-report.js';
import { REPORT_PATTERN, type ReportMessage, parseReport } from '../../report/report-message.js';
import type { Heartbeat, Hello, Report } from '../../report/report.js';
import { now } from '../delivery/clock.js';
import { Fleet } from '../delivery/fleet.js';
import { Outbox } from './outbox.js';
import { Statistics } from '../statistics.js';
import { Writers } from './writers.js';

/** Takes what writers report. */
@Controller()
export class ReportController {
  private readonly logger = new EventLog('Broker');

  constructor(
    private readonly fleet: Fleet,
    private readonly outbox: Outbox,
    private readonly writers: Writers,
    private readonly statistics: Statistics,
  ) {}

  @EventPattern(REPORT_PATTERN)
  async take(@Payload() message: Partial<ReportMessage>): Promise<void> {
    let report: Report;
    try {
      report = parseReport(message);
    } catch (error) {
      if (!(error instanceof InvalidReport)) throw error;
      this.statistics.reportRejected();
      this.logger.warn('report not understood', { error });
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
        return this.outbox.progress(report.writer_id, report.held);
      case 'outcome':
        if (await this.outbox.settle(report)) this.writers.settled(report);
        return;
      case 'returned':
        return this.outbox.returned(report);
      case 'goodbye':
        this.logger.log('writer ended', { writer_id: report.writer_id });
        this.fleet.goodbye(report.writer_id, now());
        this.writers.gone(report.writer_id);
        return this.outbox.writerGone(report.writer_id);
      default:
        return report satisfies never;
    }
  }

  private present(report: Hello | Heartbeat): void {
    const { writer_id, version, host, pid, concurrency, held } = report;
    if (!this.fleet.knows(writer_id)) {
      this.logger.log('writer reports', { writer_id, version, host, pid, concurrency });
    }
    this.fleet.present(writer_id, concurrency, now());
    this.writers.present(report);
    this.outbox.present(writer_id, held);
  }
}
