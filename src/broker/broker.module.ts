import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditModule } from '../audit/audit.module.js';
import { BrokerSettings } from '../config/broker-settings.js';
import { LogWriter } from '../logging/log-writer.js';
import { OutputRoots } from '../filesystem/output-roots.js';
import { ZapAuthenticator } from '../transport/zmq/zap-authenticator.js';
import { AllowedAddresses } from '../config/allowed-addresses.js';
import { ZmqClient } from '../transport/zmq/zmq-client.js';
import { ZmqServer } from '../transport/zmq/zmq-server.js';
import { zapAuthenticator } from './zap-authenticator.js';
import { AcquisitionController } from './acquisition/acquisition.controller.js';
import { AcquisitionFile } from './acquisition/acquisition-file.js';
import { AcquisitionService } from './acquisition/acquisition.service.js';
import { ChannelListFile } from './acquisition/channel-list-file.js';
import { EpicsNotifier } from './acquisition/epics-notifier.js';
import { CallRate } from './http/call-rate.js';
import { ConnectionLimits } from './http/connection-limits.js';
import { Drain } from './http/drain.js';
import { ErrorFilter } from './http/error.filter.js';
import { ProtocolErrors } from './http/protocol-errors.js';
import { Deliveries } from './outbox/deliveries.js';
import { Fleet } from './delivery/fleet.js';
import { monitoring } from './monitoring/monitoring.js';
import { Ledger } from './ledger/ledger.js';
import { LogLevelController } from './log-level.controller.js';
import { FleetWatch } from './outbox/fleet-watch.js';
import { Outbox } from './outbox/outbox.js';
import { ReportController } from './outbox/report.controller.js';
import { reportServer } from './outbox/report-server.js';
import { ReservedPaths } from './acquisition/reserved-paths.js';
import { EventStreams } from './requests/event-streams.js';
import { EventsController } from './requests/events.controller.js';
import { RequestsController } from './requests/requests.controller.js';
import { Submissions } from './requests/submissions.js';
import { Sender } from './outbox/sender.js';
import { Shutdown } from './shutdown.js';
import { Statistics } from './statistics.js';
import { StatusController } from './status.controller.js';
import { outputAddress } from './zmq-addresses.js';
import { Writers } from './outbox/writers.js';

@Module({})
export class BrokerModule {
  static with(settings: Readonly<BrokerSettings>, log: LogWriter): DynamicModule {
    const watched = monitoring(settings);
    return {
      module: BrokerModule,
      imports: [AuditModule.forFile(settings.audit_file), ...watched.imports],
      controllers: [
        AcquisitionController,
        StatusController,
        LogLevelController,
        RequestsController,
        EventsController,
        ReportController,
        ...watched.controllers,
      ],
      providers: [
        { provide: BrokerSettings, useValue: settings },
        { provide: LogWriter, useValue: log },
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
          provide: AllowedAddresses,
          useFactory: () => new AllowedAddresses(settings.allow_from),
        },
        {
          provide: ZapAuthenticator,
          inject: [AllowedAddresses],
          useFactory: (addresses: AllowedAddresses) => zapAuthenticator(settings, addresses),
        },
        {
          provide: ZmqClient,
          inject: [ZapAuthenticator],
          useFactory: ({ socketOptions: security }: ZapAuthenticator) =>
            new ZmqClient({
              address: outputAddress(settings),
              queueLength: settings.queue_length,
              security,
            }),
        },
        {
          provide: ZmqServer,
          inject: [ZapAuthenticator],
          useFactory: (guard: ZapAuthenticator) => reportServer(settings, guard),
        },
        {
          provide: Ledger,
          inject: [AuditTrail],
          useFactory: ({ file, id }: AuditTrail) => new Ledger(file, id, settings.recover_all),
        },
        { provide: Fleet, useFactory: () => new Fleet(settings.reports, settings.lease) },
        AcquisitionService,
        Deliveries,
        FleetWatch,
        Sender,
        Outbox,
        Writers,
        Submissions,
        EventStreams,
        { provide: ReservedPaths, useFactory: () => new ReservedPaths(settings.audit_file) },
        Statistics,
        Shutdown,
        Drain,
        ProtocolErrors,
        CallRate,
        ConnectionLimits,
        { provide: APP_FILTER, useClass: ErrorFilter },
        ...watched.providers,
      ],
    };
  }
}
