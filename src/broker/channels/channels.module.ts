import { Module } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { AcquisitionModule } from '../acquisition/acquisition.module.js';
import { ChannelListFile } from '../acquisition/channel-list-file.js';
import { HttpModule } from '../http/http.module.js';
import { ChannelSearch } from './channel-search.js';
import { ChannelsController } from './channels.controller.js';
import { DataApiSearch } from './data-api-search.js';

/** Names of channels, for whoever acquires by hand. */
@Module({
  imports: [HttpModule, AcquisitionModule],
  controllers: [ChannelsController],
  providers: [
    {
      provide: ChannelSearch,
      inject: [ChannelListFile, BrokerSettings],
      useFactory: (list: ChannelListFile, { channel_search_url: url }: BrokerSettings) =>
        new ChannelSearch(list, url === undefined ? undefined : new DataApiSearch(url)),
    },
  ],
  exports: [ChannelSearch],
})
export class ChannelsModule {}
