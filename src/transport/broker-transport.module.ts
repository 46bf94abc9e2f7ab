import { Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import { AllowedAddresses } from '../config/allowed-addresses.js';
import { BrokerSettings } from '../config/broker-settings.js';
import { REPORT_SERVER } from './message-server.js';
import { loadPackages } from './rabbitmq/load-packages.js';
import { RabbitmqReportServer } from './rabbitmq/rabbitmq-report-server.js';
import { RabbitmqWorkQueue } from './rabbitmq/rabbitmq-work-queue.js';
import { ServedTrail } from './rabbitmq/served-trail.js';
import { WORK_QUEUE } from './work-queue.js';
import { queueOptions, reportServer, zapAuthenticator } from './zmq/broker-side.js';
import { ZapAuthenticator } from './zmq/zap-authenticator.js';
import type { ZmqServer } from './zmq/zmq-server.js';
import { ZmqWorkQueue } from './zmq/zmq-work-queue.js';

/** The server for reports, and the check of who may connect. */
@Module({
  providers: [
    {
      provide: ZapAuthenticator,
      inject: [BrokerSettings, AllowedAddresses],
      useFactory: zapAuthenticator,
    },
    ServedTrail,
    {
      provide: REPORT_SERVER,
      inject: [BrokerSettings, ZapAuthenticator, ServedTrail],
      useFactory: async (settings: BrokerSettings, peers: ZapAuthenticator, trail: ServedTrail) => {
        if (settings.queue !== 'rabbitmq') return reportServer(settings, peers);
        await loadPackages();
        return new RabbitmqReportServer({ settings, trail });
      },
    },
  ],
  exports: [ZapAuthenticator, ServedTrail, REPORT_SERVER],
})
class ReportsModule {}

const QUEUE = ClientsModule.registerAsync([
  {
    name: WORK_QUEUE,
    imports: [ReportsModule],
    inject: [BrokerSettings, ServedTrail, ZapAuthenticator, REPORT_SERVER],
    useFactory: (
      settings: BrokerSettings,
      trail: ServedTrail,
      peers: ZapAuthenticator,
      reports: ZmqServer,
    ) =>
      settings.queue === 'rabbitmq'
        ? { customClass: RabbitmqWorkQueue, options: { settings, trail } }
        : { customClass: ZmqWorkQueue, options: queueOptions(settings, peers, reports) },
  },
]);

/** A broker's way to writers: WORK_QUEUE and REPORT_SERVER. Only this module knows the implementations. */
@Module({ imports: [ReportsModule, QUEUE], exports: [ReportsModule, QUEUE] })
export class BrokerTransportModule {}
