import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataServerProcess } from './data-server-process.js';
import type { JobOptions } from './jobs.js';
import type { Laboratory } from './laboratory.js';
import { writeRequest } from './requests.js';
import { WORKLOADS, type Workload, servedFor } from './workload.js';

/** The first one pays for compiling, as the only one of a measurement does. */
const JOBS = 3;
const MAX_FUNCTIONS = 30;

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  /** µs before each sample. */
  readonly timeDeltas: readonly number[];
}

/**
 * Where a writer's thread spends its time on a job: functions by the time in themselves.
 *
 * @param requests of the same kind, handed over at once
 */
export async function profile(
  lab: Laboratory,
  { name, workload: workloadName, blocks = 1 }: JobOptions,
  requests = 1,
): Promise<string> {
  const workload: Workload = WORKLOADS[workloadName];
  const profiles = join(lab.folder, `profile-${name}`);
  mkdirSync(profiles);
  const server = await DataServerProcess.start(lab.options.seed, servedFor(workload));
  const files = Array.from({ length: requests }, (_, n) => lab.file(`${name}-${n}.h5`));
  try {
    const { protocol } = workload;
    const writer = await lab.writer(server, { profiles, protocol });
    const jobs: string[] = [];
    for (let n = 0; n < JOBS; n++) {
      const { seconds } = await writer.write(
        files.map((file) => writeRequest(workload, blocks, file)),
      );
      jobs.push(seconds.toFixed(2));
      for (const file of files) rmSync(file);
    }
    await writer.end();
    const times = requests > 1 ? `${requests} requests, ` : '';
    const head = `${name}, ${times}${JOBS} times, with the profiler ${jobs.join(', ')} s`;
    return [head, ...selfTimes(busiest(profiles))].join('\n');
  } finally {
    await server.end();
  }
}

/** The profile of the thread that did the work. */
function busiest(folder: string): CpuProfile {
  const profiles = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile,
  );
  const busy = (each: CpuProfile) => [...selfTimeOf(each).values()].reduce((a, b) => a + b, 0);
  return profiles.sort((a, b) => busy(b) - busy(a))[0];
}

function selfTimes(profile: CpuProfile): string[] {
  const times = [...selfTimeOf(profile)].sort(([, a], [, b]) => b - a);
  const all = times.reduce((sum, [, ms]) => sum + ms, 0);
  return times
    .slice(0, MAX_FUNCTIONS)
    .map(([place, ms]) => `${percent(ms / all)} ${ms.toFixed(0).padStart(6)} ms  ${place}`);
}

/** Milliseconds in each function itself. */
function selfTimeOf({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const places = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      if (url === '') return [id, `${functionName} (native)`];
      // wasm's functions have a number each and no name.
      if (url.startsWith('wasm:')) return [id, 'HDF5 (wasm)'];
      const module = url.split('/').slice(-3).join('/');
      return [id, `${functionName || '(anonymous)'} ${module}:${lineNumber + 1}`];
    }),
  );
  const times = new Map<string, number>();
  for (const [n, id] of samples.entries()) {
    const place = places.get(id)!;
    // The watchdog waits in its own code.
    if (/^\((idle|root)\)|watchdog-thread/.test(place)) continue;
    times.set(place, (times.get(place) ?? 0) + timeDeltas[n] / 1000);
  }
  return times;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1).padStart(5)} %`;
}
