import { type DynamicModule, Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import type { WriterSettings } from '../config/writer-settings.js';
import { REQUEST_SERVER, type TakeRejected } from './message-server.js';
import { REPORT_CHANNEL } from './report-channel.js';
import { brokerSecurity } from './zmq/writer-security.js';
import { ZmqReportChannel, type ZmqReportChannelOptions } from './zmq/zmq-report-channel.js';
import { ZmqServer } from './zmq/zmq-server.js';

/** A writer's way to its broker. Only this module knows the implementations. */
@Module({})
export class WriterTransportModule {
  /** Provides REQUEST_SERVER and REPORT_CHANNEL. Reads keys at once. @throws CurveKeyUnusable */
  static forRoot(settings: WriterSettings, onRejected: TakeRejected): DynamicModule {
    const security = brokerSecurity(settings);
    const { stream_address: address } = settings;
    const requests = new ZmqServer({ address, mode: 'connect', security, onRejected });
    const options: ZmqReportChannelOptions = { settings, security };
    const reports = { name: REPORT_CHANNEL, customClass: ZmqReportChannel, options };
    return {
      module: WriterTransportModule,
      imports: [ClientsModule.register([reports])],
      providers: [{ provide: REQUEST_SERVER, useValue: requests }],
      exports: [ClientsModule, REQUEST_SERVER],
    };
  }
}
