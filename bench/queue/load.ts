import { rmSync, statSync } from 'node:fs';
import type { DataServerProcess } from '../data-server-process.js';
import { Fleet } from '../fleet.js';
import type { Laboratory } from '../laboratory.js';
import { writeRequest } from '../requests.js';
import { median } from '../statistics.js';
import { WORKLOADS } from '../workload.js';
import { type CarrierName, carrier } from './carrier.js';
import { type ProcessorUse, countProcessorTime } from './processor-use.js';

/** Small requests to a fleet of one size over one carrier; one entry a run. */
export interface LoadFigures {
  readonly carrier: CarrierName;
  readonly writers: number;
  readonly requests: number;
  readonly perSecond: number[];
  /** From the first of all being asked for to its file having its name, ms. */
  readonly first: number[];
  /** The same of requests that come when nothing is under way, one after another: the median of a run, ms. */
  readonly alone: number[];
  readonly use: ProcessorUse[];
  /** What a request adds to the trail and to the outcomes beside it, bytes. */
  readonly trailBytes: number[];
}

/** Jobs before anything is measured, for each writer: most of the code is compiled then. */
const WARM_UPS = 25;
const ALONE = 20;

export function noLoadYet(carrier: CarrierName, writers: number, requests: number): LoadFigures {
  return {
    ...{ carrier, writers, requests },
    ...{ perSecond: [], first: [], alone: [], use: [], trailBytes: [] },
  };
}

/** A run in fresh processes. @param trail of the broker; a new one by default */
export async function measureLoad(
  lab: Laboratory,
  server: DataServerProcess,
  figures: LoadFigures,
  trail?: string,
): Promise<void> {
  const { writers, requests } = figures;
  const way = await carrier(figures.carrier);
  const fleet = await Fleet.start(lab, server, { writers, carrier: way, trail });
  try {
    await written(lab, fleet, WARM_UPS * writers);
    const alone: number[] = [];
    for (let n = 0; n < ALONE; n++) alone.push((await written(lab, fleet, 1)).first);
    const bytes = bytesOf(fleet.trail);
    const stop = countProcessorTime({ fleet, dataServer: server.pid, rabbitmq: way.pid });
    const { first, seconds } = await written(lab, fleet, requests);
    figures.use.push(stop());
    figures.trailBytes.push((bytesOf(fleet.trail) - bytes) / requests);
    figures.perSecond.push(requests / seconds);
    figures.first.push(first);
    figures.alone.push(median(alone));
  } finally {
    await fleet.end();
  }
  console.error(
    `QUEUE run ${figures.first.length}, ${figures.carrier}, ${writers} writers: ` +
      `${figures.perSecond.at(-1)!.toFixed(0)} requests a second, ` +
      `one alone ${figures.alone.at(-1)!.toFixed(0)} ms`,
  );
}

/** Asks for so many files, one after another, and waits for all. */
async function written(
  lab: Laboratory,
  fleet: Fleet,
  count: number,
): Promise<{ seconds: number; first: number }> {
  const files = Array.from({ length: count }, (_, n) => lab.file(`queue-${n}.h5`));
  const requests = files.map((file) => writeRequest(WORKLOADS.SMALL, 1, file));
  const ids: string[] = [];
  const begun = performance.now();
  for (const request of requests) ids.push(await fleet.submit(request));
  const named = await fleet.eachWritten(ids);
  // One that is not there ends the benchmark.
  for (const file of files) rmSync(file);
  return { seconds: (Math.max(...named) - begun) / 1000, first: named[0] - begun };
}

function bytesOf(trail: string): number {
  return statSync(trail).size + statSync(`${trail}.outcomes`).size;
}
