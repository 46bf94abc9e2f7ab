import { Controller, Get, Query, UseInterceptors } from '@nestjs/common';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { InvalidQuery } from '../http/http-errors.js';
import { PageSize, Parameter, USUAL_PAGE_SIZE, parametersOf, queryPipe } from '../http/query.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { ChannelSearch } from './channel-search.js';
import type { ChannelsReply } from './replies.js';

class ChannelsQuery {
  @Parameter('Part of the name, in upper or lower case; all by default.')
  search?: string;

  @PageSize('How many at most.')
  limit?: number;
}

/** Names of channels, for whoever acquires by hand. */
@Controller('channels')
@ApiGroup('acquisition')
export class ChannelsController {
  constructor(
    private readonly channels: ChannelSearch,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  @UseInterceptors(ReplyInterceptor)
  @ApiCall({
    summary: 'Channels by a part of their names',
    description:
      'Of the channel list (--channels_file) and of the data API (--channel_search_url), as far as they are ' +
      'configured. Any other channel can be acquired as well.',
    parameters: parametersOf(ChannelsQuery),
    ok: { schema: 'ChannelsReply' },
    refusals: [new InvalidQuery([{ field: 'limit', problem: 'must be 1 to 1000' }])],
  })
  async findChannels(
    @Query(queryPipe(ChannelsQuery)) { search = '', limit = USUAL_PAGE_SIZE }: ChannelsQuery,
  ): Promise<Reply<ChannelsReply>> {
    const found = await this.channels.find(search, limit);
    return { status: this.acquisition.status, ...found };
  }
}
