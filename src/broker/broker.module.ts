import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { BrokerSettings } from '../config/broker-settings.js';
import { OutputRoots } from '../output/output-roots.js';
import { ZmqClient } from '../transport/zmq-client.js';
import { AcquisitionController } from './acquisition.controller.js';
import { AcquisitionFile } from './acquisition-file.js';
import { AcquisitionService } from './acquisition.service.js';
import { ChannelListFile } from './channel-list-file.js';
import { EpicsNotifier } from './epics-notifier.js';
import { Drain } from './http/drain.js';
import { ErrorFilter } from './http/error.filter.js';
import { ProtocolErrors } from './http/protocol-errors.js';
import { Outbox } from './outbox.js';
import { Shutdown } from './shutdown.js';
import { Statistics } from './statistics.js';
import { StatusController } from './status.controller.js';

@Module({})
export class BrokerModule {
  static with(settings: Readonly<BrokerSettings>): DynamicModule {
    return {
      module: BrokerModule,
      imports: [AuditModule.forFile(settings.audit_file)],
      controllers: [AcquisitionController, StatusController],
      providers: [
        { provide: BrokerSettings, useValue: settings },
        { provide: OutputRoots, useFactory: () => new OutputRoots(settings.output_root) },
        {
          provide: AcquisitionFile,
          useFactory: () => new AcquisitionFile(`${settings.audit_file}.acquisition`),
        },
        {
          provide: ChannelListFile,
          useFactory: () => new ChannelListFile(settings.channels_file),
        },
        {
          provide: EpicsNotifier,
          useFactory: () => new EpicsNotifier(settings.epics_writer_url),
        },
        {
          provide: ZmqClient,
          useFactory: () =>
            new ZmqClient({ address: outputAddress(settings), queueLength: settings.queue_length }),
        },
        AcquisitionService,
        Outbox,
        Statistics,
        Shutdown,
        Drain,
        ProtocolErrors,
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}

/** Port 0 is any free one, which ZMQ writes as `*`. */
function outputAddress({ output_host, output_port }: BrokerSettings): string {
  const host = output_host.includes(':') ? `[${output_host}]` : output_host;
  return `tcp://${host}:${output_port || '*'}`;
}
