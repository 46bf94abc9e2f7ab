import { Module } from '@nestjs/common';
import { BrokerSettings } from '../../../config/broker-settings.js';
import { HttpModule } from '../../http/http.module.js';
import { PgroupsModule } from '../pgroups.module.js';
import { PvListController } from './pv-list.controller.js';
import { PvListFile } from './pv-list-file.js';

/** Which PVs the beamlines' EPICS buffers keep. */
@Module({
  imports: [HttpModule, PgroupsModule],
  controllers: [PvListController],
  providers: [
    {
      provide: PvListFile,
      inject: [BrokerSettings],
      useFactory: ({ pv_list_file }: BrokerSettings) => new PvListFile(pv_list_file),
    },
  ],
})
export class PvListModule {}
