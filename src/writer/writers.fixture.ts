import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { JobSettings } from '../config/writer-settings.js';
import { ServerRests } from '../databuffer/http/server-rests.js';
import { OutputRoots } from '../filesystem/output-roots.js';
import { Abilities } from './ability/abilities.js';
import { Probes } from './ability/probes.js';
import { type Bundle, bundle } from './bundle.fixture.js';
import { type Answer, dataApis } from './data-api.fixture.js';
import { Housekeeping } from './housekeeping.js';
import type { Reporter } from './reporting/reporter.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { FileWorker } from './threads/file-worker.js';
import { ThreadPool } from './threads/thread-pool.js';
import { WriterService } from './writer.service.js';

/**
 * Writers with real threads and folders of their own, and a data API that answers as told; all gone
 * after the test. Call it once in a describe.
 *
 * @param entryFor what threads run, made from the real entry
 */
export function writers(entryFor: (real: URL) => URL = (real) => real) {
  const folder = temporaryFolders();
  const dataApi = dataApis();
  const made: WriterService[] = [];
  const watching: Abilities[] = [];
  let thread: Bundle;
  let partner: Bundle;
  let files: Bundle;
  beforeAll(async () => {
    [thread, partner, files] = await Promise.all([
      bundle('./threads/job-thread.ts'),
      bundle('./threads/hdf5-thread.ts'),
      bundle('./threads/file-thread.ts'),
    ]);
  });
  afterEach(async () => {
    for (const writer of made.splice(0)) await writer.shutDown(0);
    for (const each of watching.splice(0)) await each.onApplicationShutdown();
  });
  afterAll(() => {
    thread.remove();
    partner.remove();
    files.remove();
  });

  return async (answers: Answer[], settings: Partial<JobSettings> = {}, reporter?: Reporter) => {
    const api = await dataApi(...answers);
    const [root, state] = [settings.output_root?.[0] ?? folder(), folder()];
    const outputRoots = [root];
    const jobs = {
      dataApiUrl: api.url,
      rests: ServerRests.memoryFor([api.url]),
      outputRoots,
      stateDirectory: state,
      errorIfNoData: false,
    };
    const defaults = {
      output_root: [root],
      data_api_url: api.url,
      data_retrieval_delay: 0,
      data_wait: 0,
      retries: 5,
    };
    const pool = new ThreadPool({
      size: settings.concurrency ?? 2,
      entries: { jobs: entryFor(thread.url), partners: partner.url },
      jobs,
    });
    const places = { outputRoots, stateDirectory: state };
    const abilities = new Abilities(new Probes(jobs, new FileWorker(files.url, places)));
    const writer = new WriterService(
      { ...defaults, ...settings } as JobSettings,
      new OutputRoots(outputRoots),
      pool,
      new Housekeeping(new FileWorker(files.url, places)),
      reporter,
      abilities,
    );
    made.push(writer);
    watching.push(abilities);
    return { api, root, state, writer, abilities };
  };
}

/** Resolves as soon as something holds, also while timers are fake; the test's own time limit ends the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
