import { Controller, Get, Inject, UseGuards, UseInterceptors } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import type { StatusReply } from '../acquisition/replies.js';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { ChannelListFile } from '../acquisition/channel-list-file.js';
import { Deliveries } from '../outbox/deliveries.js';
import { EpicsNotifier } from '../acquisition/epics-notifier.js';
import { CallFailures } from '../http/call-failures.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { TOO_MANY_CALLS } from '../http/refusals.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { Outbox } from '../outbox/outbox.js';
import { Shutdown } from '../process/shutdown.js';
import { Statistics } from '../process/statistics.js';
import { RecoveredInterceptor } from '../outbox/recovered.interceptor.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import type { StatisticsReply } from './replies.js';

/** The calls that look at the broker, and the one that ends it. */
@Controller()
@ApiGroup('broker')
export class StatusController {
  constructor(
    private readonly settings: BrokerSettings,
    private readonly acquisition: AcquisitionService,
    private readonly statistics: Statistics,
    private readonly outbox: Outbox,
    private readonly deliveries: Deliveries,
    private readonly epics: EpicsNotifier,
    private readonly channels: ChannelListFile,
    private readonly shutdown: Shutdown,
    private readonly writers: WriterRegistry,
    @Inject(WORK_QUEUE) private readonly queue: WorkQueue,
    private readonly failures: CallFailures,
  ) {}

  @Get('status')
  @UseInterceptors(ReplyInterceptor)
  @ApiCall({ summary: 'Where the acquisition stands', ok: { schema: 'StatusReply' } })
  getStatus(): Reply<StatusReply> {
    return { status: this.acquisition.status };
  }

  @Get('statistics')
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'Counts since the broker started',
    ok: { schema: 'StatisticsReply' },
  })
  async getStatistics(): Promise<Reply<StatisticsReply>> {
    const statistics = {
      ...this.statistics.counts(),
      ...this.failures.counts(),
      ...this.outbox.counts(),
      ...this.epics.counts(),
      peers_refused: this.queue.refusedPeers,
      writers: this.writers.list(this.deliveries.requests.heldBy()),
      channel_list: await this.channels.state(),
      audit_file: this.settings.audit_file,
      audit_trail_only: this.settings.audit_trail_only,
    };
    return { status: this.acquisition.status, statistics };
  }

  @Get('kill')
  @UseGuards(CsrfGuard)
  @ApiCall({
    summary: 'End the broker process',
    description:
      'Answers, then ends in order. The next start continues an acquisition that is under way.',
    ok: { description: 'It ends. No body.' },
    refusals: [TOO_MANY_CALLS],
  })
  endBroker(): void {
    this.shutdown.request();
  }
}
