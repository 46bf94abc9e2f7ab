import { Module } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { HeadersFile } from '../../http-client/headers-file.js';
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
      useFactory: (list: ChannelListFile, settings: BrokerSettings) =>
        new ChannelSearch(list, dataApiSearch(settings)),
    },
  ],
  exports: [ChannelSearch],
})
export class ChannelsModule {}

function dataApiSearch({
  channel_search_url: url,
  data_api_headers_file: path,
}: BrokerSettings): DataApiSearch | undefined {
  if (url === undefined) return undefined;
  return new DataApiSearch(url, path === undefined ? undefined : new HeadersFile(path, [url]));
}
