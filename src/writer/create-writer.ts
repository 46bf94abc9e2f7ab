import type { INestApplicationContext, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { JobSettings, WriterSettings } from '../config/writer-settings.js';
import { addressSpaceProblem } from '../hdf5/library/address-space.js';
import { EventLog } from '../logging/event-log.js';
import type { LogWriter } from '../logging/log-writer.js';
import { type MessageServer, REQUEST_SERVER } from '../transport/message-server.js';
import { WriterTransportModule } from '../transport/writer-transport.module.js';
import { AS_STARTED, applyUserId } from './apply-user-id.js';
import { HeadersCheck } from './headers-check.js';
import { Housekeeping } from './housekeeping.js';
import { LeftBehind } from './left-behind.js';
import { MonitoringServer } from './monitoring/monitoring-server.js';
import { DeathWatch } from './reporting/death-watch.js';
import { Reporter } from './reporting/reporter.js';
import { RejectedMessages } from './state/rejected-messages.js';
import { StateDirectoryUnusable, makeStateDirectory } from './state/state-directory.js';
import { ThreadPool } from './threads/thread-pool.js';
import { CannotWrite } from './errors.js';
import { THREAD_ENTRIES, WriterModule } from './writer.module.js';

/**
 * A writer that takes requests from a broker once `listen()` was called; it has said hello before, if
 * the broker takes reports. `close()` stops taking, lets running jobs end within the grace, and hands
 * the other requests back, or leaves them as error files where the broker does not listen.
 *
 * Becomes the user of the settings first, for the whole process. When it can't start, what it has opened
 * is closed.
 *
 * @param log whose lost lines are a metric
 * @param entries what its threads run
 * @throws CurveKeyUnusable, CertificatesUnusable, HeadersFileUnusable, UserIdNotApplied, AddressUnusable,
 *   CannotWrite
 */
export async function createWriter(
  settings: WriterSettings,
  log: LogWriter,
  entries = THREAD_ENTRIES,
): Promise<INestMicroservice> {
  // Before the change of user: the keys may be for whoever started it alone.
  const rejected = new RejectedMessages(settings.state_dir);
  const transport = await WriterTransportModule.forRoot(settings, (...message) =>
    rejected.keep(...message),
  );
  makeStateDirectoryOrWarn(settings.state_dir, settings.user_id);
  applyUserId(settings.user_id);
  warnIfRoot(settings.user_id);
  ensureAddressSpace();
  const writer = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    WriterModule.forRoot(settings, transport, log, entries),
    {
      inject: [REQUEST_SERVER],
      useFactory: (strategy: MessageServer) => ({ strategy }),
      abortOnError: false,
    },
  );
  try {
    await writer.get(HeadersCheck).start();
    await writer.get(Housekeeping).start();
    writer.get(LeftBehind).start();
    await writer.get(MonitoringServer, { strict: false }).start(writer, settings);
    await writer.get(ThreadPool).start();
    await writer.get(DeathWatch).start();
    const stream = writer.get<MessageServer>(REQUEST_SERVER, { strict: false });
    await writer.get(Reporter).start(() => stream.isConnected);
    return writer;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/**
 * The same writer without a broker: its `WriterService` takes requests, `close()` ends its threads.
 *
 * @throws CertificatesUnusable, HeadersFileUnusable, CannotWrite
 */
export async function createDirectWriter(settings: JobSettings): Promise<INestApplicationContext> {
  ensureAddressSpace();
  makeStateDirectoryOrWarn(settings.state_dir);
  const writer = await NestFactory.createApplicationContext(WriterModule.standalone(settings), {
    abortOnError: false,
  });
  try {
    await writer.get(HeadersCheck).start();
    await writer.get(Housekeeping).start();
    return writer;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** Users who may rename folders under an output root could misuse what root may do. */
function warnIfRoot(userId: number): void {
  if (userId !== AS_STARTED || process.geteuid?.() !== 0) return;
  new EventLog('Writer').warn('running as root: give the id of the user to run as');
}

/** @throws CannotWrite */
function ensureAddressSpace(): void {
  const problem = addressSpaceProblem();
  if (problem !== undefined) throw new CannotWrite(problem);
}

/** Failures to keep something there are logged, and stop no file. */
function makeStateDirectoryOrWarn(path: string, userId?: number): void {
  try {
    makeStateDirectory(path, userId);
  } catch (error) {
    if (!(error instanceof StateDirectoryUnusable)) throw error;
    new EventLog('Writer').warn('the state folder could not be made', { error });
  }
}
