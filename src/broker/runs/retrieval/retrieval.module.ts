import { Module } from '@nestjs/common';
import { BrokerSettings } from '../../../config/broker-settings.js';
import { AcquisitionModule } from '../../acquisition/acquisition.module.js';
import { HttpModule } from '../../http/http.module.js';
import { MonitoringModule } from '../../monitoring/monitoring.module.js';
import { DeliveryModule } from '../../outbox/delivery.module.js';
import { HandOnModule } from '../hand-on/hand-on.module.js';
import { PgroupsModule } from '../pgroups.module.js';
import { HandOver } from './hand-over.js';
import { Resumption } from './resumption.js';
import { RetrievalController } from './retrieval.controller.js';
import { RetrievalTally } from './retrieval-tally.js';
import { Retrievals } from './retrievals.js';
import { RetrievalsFile } from './retrievals-file.js';

/** Acquiring past pulses as runs. */
@Module({
  imports: [
    HttpModule,
    DeliveryModule,
    AcquisitionModule,
    MonitoringModule,
    PgroupsModule,
    HandOnModule,
  ],
  controllers: [RetrievalController],
  providers: [
    Retrievals,
    Resumption,
    HandOver,
    RetrievalTally,
    {
      provide: RetrievalsFile,
      inject: [BrokerSettings],
      useFactory: ({ audit_file }: BrokerSettings) =>
        new RetrievalsFile(`${audit_file}.retrievals`),
    },
  ],
  exports: [RetrievalsFile, Resumption],
})
export class RetrievalModule {}
