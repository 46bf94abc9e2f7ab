import { Module } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { ZapAuthenticator } from '../../transport/zmq/zap-authenticator.js';
import { ZmqClient } from '../../transport/zmq/zmq-client.js';
import { ZmqServer } from '../../transport/zmq/zmq-server.js';
import { Fleet } from '../delivery/fleet.js';
import { Ledger } from '../ledger/ledger.js';
import { zapAuthenticator } from '../zap-authenticator.js';
import { outputAddress } from '../zmq-addresses.js';
import { Deliveries } from './deliveries.js';
import { FleetWatch } from './fleet-watch.js';
import { Outbox } from './outbox.js';
import { ReportController } from './report.controller.js';
import { reportServer } from './report-server.js';
import { Sender } from './sender.js';
import { Writers } from './writers.js';

/** What was recorded goes to the writers, and what they report comes back. */
@Module({
  controllers: [ReportController],
  providers: [
    {
      provide: ZapAuthenticator,
      inject: [BrokerSettings, AllowedAddresses],
      useFactory: zapAuthenticator,
    },
    {
      provide: ZmqClient,
      inject: [BrokerSettings, ZapAuthenticator],
      useFactory: (settings: BrokerSettings, { socketOptions: security }: ZapAuthenticator) =>
        new ZmqClient({
          address: outputAddress(settings),
          queueLength: settings.queue_length,
          security,
        }),
    },
    { provide: ZmqServer, inject: [BrokerSettings, ZapAuthenticator], useFactory: reportServer },
    {
      provide: Ledger,
      inject: [BrokerSettings, AuditTrail],
      useFactory: ({ recover_all }: BrokerSettings, { file, id }: AuditTrail) =>
        new Ledger(file, id, recover_all),
    },
    {
      provide: Fleet,
      inject: [BrokerSettings],
      useFactory: ({ reports, lease }: BrokerSettings) => new Fleet(reports, lease),
    },
    Deliveries,
    FleetWatch,
    Sender,
    Outbox,
    Writers,
  ],
  exports: [Deliveries, Fleet, Ledger, Outbox, Writers, ZapAuthenticator, ZmqClient, ZmqServer],
})
export class DeliveryModule {}
