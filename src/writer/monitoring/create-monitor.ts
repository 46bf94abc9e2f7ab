import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TerminusModule } from '@nestjs/terminus';
import type { WriterSettings } from '../../config/writer-settings.js';
import { LogWriter } from '../../logging/log-writer.js';
import { errorBody } from '../../http/error-body.js';
import { answerProtocolErrors } from '../../http/protocol-errors.js';
import { securityHeaders } from '../../http/security-headers.js';
import { addBuildInfo } from '../../monitoring/build-info.js';
import { addDiskMetrics } from '../../monitoring/disk-metrics.js';
import { DiskSpace } from '../../monitoring/disk-space.js';
import { Health } from '../../monitoring/health.js';
import { addLogMetrics } from '../../monitoring/log-metrics.js';
import { Metrics } from '../../monitoring/metrics.js';
import { REQUEST_SERVER } from '../../transport/message-server.js';
import { Abilities } from '../ability/abilities.js';
import { Housekeeping } from '../housekeeping.js';
import { Reporter } from '../reporting/reporter.js';
import { ThreadPool } from '../threads/thread-pool.js';
import { WriterService } from '../writer.service.js';
import { MonitorController } from './monitor.controller.js';
import { WriterReadiness } from './readiness.js';
import { WatchedWriter } from './watched-writer.js';
import { WriterMetrics } from './writer-metrics.js';

@Module({})
class MonitorModule {
  static of(watched: WatchedWriter): DynamicModule {
    return {
      module: MonitorModule,
      // Whoever asks logs what is wrong; here it would be said at each question.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [MonitorController],
      providers: [
        { provide: WatchedWriter, useValue: watched },
        { provide: DiskSpace, useFactory: () => new DiskSpace(watchedFolders(watched.settings)) },
        {
          provide: Metrics,
          inject: [DiskSpace],
          useFactory: (disks: DiskSpace) => {
            const metrics = new Metrics();
            addBuildInfo(metrics, 'writer');
            addDiskMetrics(metrics, disks);
            addLogMetrics(metrics, watched.log);
            return metrics;
          },
        },
        WriterMetrics,
        Health,
        WriterReadiness,
      ],
    };
  }
}

/** An application that answers what is asked about a writer, not listening yet. */
export async function createMonitor(
  writer: INestApplicationContext,
  settings: WriterSettings,
): Promise<NestExpressApplication> {
  const watched = new WatchedWriter(
    settings,
    writer.get(WriterService),
    writer.get(ThreadPool),
    writer.get(REQUEST_SERVER, { strict: false }),
    writer.get(Reporter),
    writer.get(Housekeeping),
    writer.get(Abilities),
    writer.get(LogWriter),
  );
  const app = await NestFactory.create<NestExpressApplication>(MonitorModule.of(watched), {
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders);
  answerProtocolErrors(app.getHttpServer(), (_status, reason) =>
    JSON.stringify(errorBody(`The call can't be understood: ${reason}.`)),
  );
  return app;
}

function watchedFolders({ output_root: roots, state_dir }: WriterSettings) {
  return [
    ...roots.map((root) => ({ use: 'output', path: root }) as const),
    { use: 'state', path: state_dir } as const,
  ];
}
