import { dirname } from 'node:path';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BrokerSettings } from '../../config/broker-settings.js';
import { LogWriter } from '../../logging/log-writer.js';
import { addBuildInfo } from '../../monitoring/build-info.js';
import { addDiskMetrics } from '../../monitoring/disk-metrics.js';
import { DiskSpace } from '../../monitoring/disk-space.js';
import { Health } from '../../monitoring/health.js';
import { addLogMetrics } from '../../monitoring/log-metrics.js';
import { Metrics } from '../../monitoring/metrics.js';
import { AcquisitionModule } from '../acquisition/acquisition.module.js';
import { HttpModule } from '../http/http.module.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { CallMetrics } from './call-metrics.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { QueueMetrics } from './queue-metrics.js';
import { Readiness } from './readiness.js';
import { RequestMetrics } from './request-metrics.js';
import { StatusLine } from './status-line.js';
import { TrailMetrics } from './trail-metrics.js';
import { TrailState } from './trail-state.js';
import { TroubleMetrics } from './trouble-metrics.js';
import { TroubleReadiness } from './trouble-readiness.js';

/** Monitoring of the broker: `/metrics` and `/health`. */
@Module({
  imports: [
    // Logged by the caller where needed; here it would be logged at each question.
    TerminusModule.forRoot({ logger: false }),
    HttpModule,
    AcquisitionModule,
    DeliveryModule,
  ],
  controllers: [MetricsController, HealthController],
  providers: [
    {
      provide: DiskSpace,
      inject: [BrokerSettings],
      useFactory: (settings: BrokerSettings) => new DiskSpace(watchedFolders(settings)),
    },
    {
      provide: Metrics,
      inject: [DiskSpace, LogWriter],
      useFactory: (disks: DiskSpace, log: LogWriter) => {
        const metrics = new Metrics();
        addBuildInfo(metrics, 'broker');
        addDiskMetrics(metrics, disks);
        addLogMetrics(metrics, log);
        return metrics;
      },
    },
    RequestMetrics,
    DeliveryMetrics,
    QueueMetrics,
    TroubleMetrics,
    TrailMetrics,
    CallMetrics,
    TrailState,
    Health,
    TroubleReadiness,
    Readiness,
    StatusLine,
  ],
  exports: [Metrics, Readiness],
})
export class MonitoringModule {}

function watchedFolders({ output_root: roots, audit_file }: Readonly<BrokerSettings>) {
  return [
    ...roots.map((root) => ({ use: 'output', path: root }) as const),
    { use: 'trail', path: dirname(audit_file) } as const,
  ];
}
