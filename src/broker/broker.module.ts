import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import type { BrokerSettings } from '../config/broker-settings.js';
import type { LogWriter } from '../logging/log-writer.js';
import { AcquisitionModule } from './acquisition/acquisition.module.js';
import { ChannelsModule } from './channels/channels.module.js';
import { FilesModule } from './files/files.module.js';
import { HttpModule } from './http/http.module.js';
import { ListenersModule } from './listeners/listeners.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { DeliveryModule } from './outbox/delivery.module.js';
import { ProcessModule } from './process/process.module.js';
import { RequestsModule } from './requests/requests.module.js';
import { RunsModule } from './runs/runs.module.js';
import { LookModule } from './runs/look/look.module.js';
import { StatusModule } from './status/status.module.js';

/** The broker: an acquisition becomes write requests, these go to writers, and each is accounted for. */
@Module({})
export class BrokerModule {
  /** @param log whose level a call can change */
  static forRoot(settings: Readonly<BrokerSettings>, log: LogWriter): DynamicModule {
    return {
      module: BrokerModule,
      imports: [
        ProcessModule.forRoot(settings, log),
        AuditModule.forRoot({ file: settings.audit_file }),
        HttpModule,
        DeliveryModule,
        AcquisitionModule,
        LookModule,
        RequestsModule,
        RunsModule,
        StatusModule,
        MonitoringModule,
        OverviewModule,
        ChannelsModule,
        ...(settings.page === 'off' ? [] : [FilesModule]),
        ...(settings.status_exchange === undefined ? [] : [ListenersModule]),
      ],
    };
  }
}
