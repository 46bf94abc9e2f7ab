import { type DynamicModule, Module } from '@nestjs/common';
import { version } from '../config/version.js';
import { JobSettings, WriterSettings } from '../config/writer-settings.js';
import { lockFile } from '../audit/kernel-lock.js';
import { ServerRests } from '../databuffer/http/server-rests.js';
import type { Compression } from '../hdf5/hdf5-file.js';
import { readCertificates } from '../http-client/certificate-file.js';
import { HeadersFile } from '../http-client/headers-file.js';
import { LogWriter } from '../logging/log-writer.js';
import { OutputRoots } from '../filesystem/output-roots.js';
import { Abilities } from './ability/abilities.js';
import { Probes } from './ability/probes.js';
import { HeadersCheck } from './headers-check.js';
import { Housekeeping } from './housekeeping.js';
import { type JobOptions, apisOf } from './job/job.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { DeathWatch } from './reporting/death-watch.js';
import { Reporter } from './reporting/reporter.js';
import type { FilePlaces } from './threads/file-calls.js';
import { LeftBehind } from './left-behind.js';
import { journalFolder } from './state/journal.js';
import { OwnerLock } from './state/owner-lock.js';
import { FileWorker } from './threads/file-worker.js';
import { ThreadPool } from './threads/thread-pool.js';
import { WriterController } from './writer.controller.js';
import { WriterService } from './writer.service.js';

const MB = 1024 * 1024;
/** For calls to the file system that nobody waits for, and probes: a folder that takes longer is of no use to a job. */
const ASIDE_LIMIT_MS = 10_000;
/** Of such calls, which are made again and again. */
const MOST_HANGING = 8;

/** The modules that a writer's threads run. */
export interface ThreadEntries {
  readonly jobs: URL;
  /** Of the second thread of a large job, which has HDF5; without it a job has one thread. */
  readonly partners?: URL;
  readonly files: URL;
}

export const THREAD_ENTRIES: ThreadEntries = {
  jobs: new URL('./threads/job-thread.js', import.meta.url),
  partners: new URL('./threads/hdf5-thread.js', import.meta.url),
  files: new URL('./threads/file-thread.js', import.meta.url),
};

/** All that turns write requests into files. */
@Module({})
export class WriterModule {
  /** For a writer that is fed by a broker. */
  static forRoot(
    settings: WriterSettings,
    transport: DynamicModule,
    log: LogWriter,
    entries: ThreadEntries,
  ): DynamicModule {
    const { providers, ...common } = writerModule(settings, entries);
    return {
      ...common,
      // Imported, it ends when all that it watches has.
      imports: [MonitoringModule, transport],
      controllers: [WriterController],
      providers: [
        ...providers!,
        { provide: LogWriter, useValue: log },
        { provide: WriterSettings, useValue: settings },
        Reporter,
        {
          provide: LeftBehind,
          inject: [Housekeeping],
          useFactory: (housekeeping: Housekeeping) =>
            new LeftBehind(
              workerAside(entries, placesOf(settings)),
              () => housekeeping.leftInState(),
              settings.state_dir,
            ),
        },
        DeathWatch,
      ],
    };
  }

  /** For requests that are handed to the `WriterService` directly. */
  static standalone(settings: JobSettings): DynamicModule {
    return writerModule(settings, THREAD_ENTRIES);
  }
}

function writerModule(settings: JobSettings, entries: ThreadEntries): DynamicModule {
  const { output_root: outputRoots, state_dir: stateDirectory } = settings;
  const apis = { dataApiUrl: settings.data_api_url, imageApiUrl: settings.image_api_url };
  const headersFile = headersFileAt(settings.data_api_headers_file);
  const jobs = {
    ...apis,
    headersFile,
    dataApiProtocol: settings.data_api_protocol,
    channelsAtOnce: settings.channels_at_once,
    rests: ServerRests.memoryFor(apisOf(apis)),
    certificates: certificatesIn(settings.data_api_ca),
    outputRoots,
    stateDirectory,
    errorIfNoData: settings.error_if_no_data,
    selectPulses: settings.select_pulses,
    memoryBudget: settings.memory_budget * MB,
    compression: compressionOf(settings.compression),
    plainImages: settings.plain_images,
    plots: settings.nexus === 'on' ? { creatorVersion: version() } : undefined,
  };
  const places = placesOf(settings);
  return {
    module: WriterModule,
    providers: [
      { provide: JobSettings, useValue: settings },
      { provide: OutputRoots, useFactory: () => new OutputRoots(outputRoots) },
      {
        provide: HeadersCheck,
        useFactory: () =>
          new HeadersCheck(
            headersFile && new HeadersFile(headersFile.path, apisOf(apis), headersFile.seenMode),
          ),
      },
      {
        provide: Housekeeping,
        useFactory: () =>
          new Housekeeping(
            new FileWorker(entries.files, places),
            new OwnerLock(journalFolder(stateDirectory), lockFile),
          ),
      },
      {
        provide: Abilities,
        useFactory: () => new Abilities(new Probes(jobs, workerAside(entries, places))),
      },
      {
        provide: ThreadPool,
        useFactory: () => new ThreadPool({ size: settings.concurrency, entries, jobs }),
      },
      WriterService,
    ],
  };
}

/** For calls whose hanging must not hold up anything else. */
function workerAside({ files }: ThreadEntries, places: FilePlaces): FileWorker {
  return new FileWorker(files, places, ASIDE_LIMIT_MS, MOST_HANGING);
}

function placesOf({
  output_root: outputRoots,
  state_dir: stateDirectory,
}: JobSettings): FilePlaces {
  return { outputRoots, stateDirectory };
}

function certificatesIn(path: string | undefined): string[] | undefined {
  return path === undefined ? undefined : readCertificates(path, 'data_api_ca');
}

function headersFileAt(path: string | undefined): JobOptions['headersFile'] {
  return path === undefined ? undefined : { path, seenMode: HeadersFile.memory() };
}

/** `gzip:<level>`, `none`, or nothing, which means the same. */
function compressionOf(setting: string | undefined): Compression {
  const [, level] = setting?.split(':') ?? [];
  return level === undefined ? 'none' : { gzip: Number(level) };
}
