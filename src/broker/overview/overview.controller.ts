import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { OverviewService } from './overview.service.js';
import { wholeAcquisition } from './present-acquisition.js';
import type { OverviewReply, PresentAcquisitionReply } from './replies.js';

/** The broker at a glance. */
@Controller()
@ApiGroup('broker')
@UseInterceptors(ReplyInterceptor)
export class OverviewController {
  constructor(
    private readonly overview: OverviewService,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get('overview')
  @ApiCall({
    summary: 'The broker at a glance',
    description:
      'The acquisition, the queue, writers with what they are doing, all that is wrong, and the throughput ' +
      'of the last 15 minutes: what the page at / shows.',
    ok: { schema: 'OverviewReply' },
  })
  async getOverview(): Promise<Reply<OverviewReply>> {
    const { status } = this.acquisition;
    return { status, overview: await this.overview.overview() };
  }

  @Get('acquisition')
  @ApiCall({
    summary: 'The acquisition under way, with its parameters',
    ok: { schema: 'PresentAcquisitionReply' },
  })
  getPresentAcquisition(): Reply<PresentAcquisitionReply> {
    const { status, present } = this.acquisition;
    return { status, acquisition: wholeAcquisition(present) };
  }
}
