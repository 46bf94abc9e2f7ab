import { Module } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { BrokerTransportModule } from '../../transport/broker-transport.module.js';
import { Ledger } from '../ledger/ledger.js';
import { Deliveries } from './deliveries.js';
import { Outbox } from './outbox.js';
import { ReportController } from './report.controller.js';
import { Sender } from './sender.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { WriterWatch } from './writer-watch.js';

/** Recorded requests go to the writers, and their reports come back. */
@Module({
  imports: [BrokerTransportModule],
  controllers: [ReportController],
  providers: [
    {
      provide: Ledger,
      inject: [BrokerSettings, AuditTrail],
      useFactory: ({ recover_all }: BrokerSettings, { file, id }: AuditTrail) =>
        new Ledger(file, id, recover_all),
    },
    Deliveries,
    Sender,
    Outbox,
    WriterRegistry,
    WriterWatch,
  ],
  exports: [BrokerTransportModule, Deliveries, Ledger, Outbox, WriterRegistry],
})
export class DeliveryModule {}
