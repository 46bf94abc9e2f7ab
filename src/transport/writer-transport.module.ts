import { type DynamicModule, Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import type { WriterSettings } from '../config/writer-settings.js';
import { REQUEST_SERVER, type TakeRejected } from './message-server.js';
import { OWN_PATTERNS } from './own-patterns.js';
import { REPORT_CHANNEL } from './report-channel.js';
import { loadPackages } from './rabbitmq/load-packages.js';
import {
  RabbitmqReportChannel,
  type RabbitmqReportChannelOptions,
} from './rabbitmq/rabbitmq-report-channel.js';
import { RabbitmqRequestServer } from './rabbitmq/rabbitmq-request-server.js';
import { IN_OWN_WORDS } from './zmq/own-telling.js';
import { brokerSecurity } from './zmq/writer-security.js';
import { ZmqReportChannel, type ZmqReportChannelOptions } from './zmq/zmq-report-channel.js';
import { ZmqServer } from './zmq/zmq-server.js';

/** A writer's way to its broker. Only this module knows the implementations. */
@Module({})
export class WriterTransportModule {
  /** Provides REQUEST_SERVER and REPORT_CHANNEL. Reads keys at once. @throws CurveKeyUnusable */
  static async forRoot(settings: WriterSettings, onRejected: TakeRejected): Promise<DynamicModule> {
    const { requests, reports } =
      settings.queue === 'rabbitmq'
        ? await overRabbitmq(settings, onRejected)
        : overZmq(settings, onRejected);
    return {
      module: WriterTransportModule,
      imports: [ClientsModule.register([{ name: REPORT_CHANNEL, ...reports }])],
      providers: [{ provide: REQUEST_SERVER, useValue: requests }],
      exports: [ClientsModule, REQUEST_SERVER],
    };
  }
}

function overZmq(settings: WriterSettings, onRejected: TakeRejected) {
  const security = brokerSecurity(settings);
  const { stream_address: address } = settings;
  const options: ZmqReportChannelOptions = { settings, security };
  return {
    requests: new ZmqServer({
      address: address!,
      mode: 'connect',
      patterns: OWN_PATTERNS,
      telling: IN_OWN_WORDS,
      security,
      onRejected,
    }),
    reports: { customClass: ZmqReportChannel, options },
  };
}

async function overRabbitmq(settings: WriterSettings, onRejected: TakeRejected) {
  await loadPackages();
  const options: RabbitmqReportChannelOptions = { settings };
  return {
    requests: new RabbitmqRequestServer({ settings, onRejected }),
    reports: { customClass: RabbitmqReportChannel, options },
  };
}
