import { Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import { AllowedAddresses } from '../config/allowed-addresses.js';
import { BrokerSettings } from '../config/broker-settings.js';
import { REPORT_SERVER } from './message-server.js';
import { WORK_QUEUE } from './work-queue.js';
import { queueOptions, reportServer, zapAuthenticator } from './zmq/broker-side.js';
import { ZapAuthenticator } from './zmq/zap-authenticator.js';
import { ZmqWorkQueue } from './zmq/zmq-work-queue.js';

/** The server for reports, and the check of who may connect. */
@Module({
  providers: [
    {
      provide: ZapAuthenticator,
      inject: [BrokerSettings, AllowedAddresses],
      useFactory: zapAuthenticator,
    },
    {
      provide: REPORT_SERVER,
      inject: [BrokerSettings, ZapAuthenticator],
      useFactory: reportServer,
    },
  ],
  exports: [ZapAuthenticator, REPORT_SERVER],
})
class ReportsModule {}

const QUEUE = ClientsModule.registerAsync([
  {
    name: WORK_QUEUE,
    imports: [ReportsModule],
    inject: [BrokerSettings, ZapAuthenticator, REPORT_SERVER],
    useFactory: (...parts: Parameters<typeof queueOptions>) => ({
      customClass: ZmqWorkQueue,
      options: queueOptions(...parts),
    }),
  },
]);

/** A broker's way to writers: WORK_QUEUE and REPORT_SERVER. Only this module knows the implementations. */
@Module({ imports: [ReportsModule, QUEUE], exports: [ReportsModule, QUEUE] })
export class BrokerTransportModule {}
