import type { INestApplicationContext, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { JobSettings, WriterSettings } from '../config/writer-settings.js';
import { EventLog } from '../logging/event-log.js';
import type { LogWriter } from '../logging/log-writer.js';
import { ZmqServer } from '../transport/zmq-server.js';
import { applyUserId } from './apply-user-id.js';
import { brokerSecurity } from './broker-security.js';
import { MonitoringServer } from './monitoring/monitoring-server.js';
import { Reporter } from './reporting/reporter.js';
import { checkStateDirectory, makeStateDirectory } from './state/state-directory.js';
import { TemporaryFiles } from './state/temporary-files.js';
import { ThreadPool } from './threads/thread-pool.js';
import { WriterModule } from './writer.module.js';

/**
 * A writer that takes requests from a broker once `listen()` was called; it has said hello before, if
 * the broker takes reports. `close()` stops taking, lets running jobs end within the grace, and hands
 * the other requests back, or leaves them as error files where the broker does not listen.
 *
 * Becomes the user of the settings first, for the whole process.
 *
 * @param log whose lost lines are a metric
 * @throws CurveKeyUnusable, CertificatesUnusable, UserIdNotApplied, StateDirectoryUnusable, AddressUnusable
 */
export async function createWriter(
  settings: WriterSettings,
  log: LogWriter,
): Promise<INestMicroservice> {
  // Before the change of user: the keys may be for whoever started it alone.
  const security = brokerSecurity(settings);
  makeStateDirectory(settings.state_dir, settings.user_id);
  applyUserId(settings.user_id);
  checkStateDirectory(settings.state_dir);
  const writer = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    WriterModule.forBroker(settings, security, log),
    {
      inject: [ZmqServer],
      useFactory: (strategy: ZmqServer) => ({ strategy }),
      abortOnError: false,
    },
  );
  removeAbandonedFiles(writer);
  await writer.get(MonitoringServer, { strict: false }).start(writer, settings);
  await writer.get(ThreadPool).start();
  const stream = writer.get(ZmqServer);
  await writer.get(Reporter).start(() => stream.isConnected);
  return writer;
}

/**
 * The same writer without a broker: its `WriterService` takes requests, `close()` ends its threads.
 *
 * @throws StateDirectoryUnusable
 */
export async function createDirectWriter(settings: JobSettings): Promise<INestApplicationContext> {
  makeStateDirectory(settings.state_dir);
  checkStateDirectory(settings.state_dir);
  const writer = await NestFactory.createApplicationContext(WriterModule.standalone(settings), {
    abortOnError: false,
  });
  removeAbandonedFiles(writer);
  return writer;
}

function removeAbandonedFiles(writer: INestApplicationContext): void {
  const logger = new EventLog('Writer');
  for (const { path, error } of writer.get(TemporaryFiles).removeAbandoned()) {
    if (error === undefined) logger.log('abandoned temporary file removed', { file: path });
    else logger.warn('abandoned temporary file stays', { file: path, error });
  }
}
