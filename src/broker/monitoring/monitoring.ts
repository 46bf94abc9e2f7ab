import { dirname } from 'node:path';
import type { ModuleMetadata } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { BrokerSettings } from '../../config/broker-settings.js';
import { LogWriter } from '../../logging/log-writer.js';
import { addBuildInfo } from '../../monitoring/build-info.js';
import { addDiskMetrics } from '../../monitoring/disk-metrics.js';
import { DiskSpace } from '../../monitoring/disk-space.js';
import { Health } from '../../monitoring/health.js';
import { addLogMetrics } from '../../monitoring/log-metrics.js';
import { Metrics } from '../../monitoring/metrics.js';
import { CallMetrics } from './call-metrics.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';
import { RequestMetrics } from './request-metrics.js';
import { TrailMetrics } from './trail-metrics.js';
import { TrailState } from './trail-state.js';

/** What the broker's module has for those who watch it: `/metrics` and `/health`. */
export function monitoring(
  settings: Readonly<BrokerSettings>,
): Required<Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'>> {
  return {
    // Whoever asks logs what is wrong; here it would be said at each question.
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [MetricsController, HealthController],
    providers: [
      { provide: DiskSpace, useFactory: () => new DiskSpace(watchedFolders(settings)) },
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
      TrailMetrics,
      CallMetrics,
      TrailState,
      Health,
      Readiness,
    ],
  };
}

function watchedFolders({ output_root: roots, audit_file }: Readonly<BrokerSettings>) {
  return [
    ...roots.map((root) => ({ use: 'output', path: root }) as const),
    { use: 'trail', path: dirname(audit_file) } as const,
  ];
}
