import { rmSync, statSync } from 'node:fs';
import type { DataServerProcess } from '../data-server-process.js';
import type { Laboratory } from '../laboratory.js';
import { type Past, writeTrail } from '../long-trail.js';
import { measureStart } from '../restart.js';
import { WORKLOADS } from '../workload.js';
import { type CarrierName, carrier } from './carrier.js';
import { type LoadFigures, measureLoad, noLoadYet } from './load.js';

/** Brokers that start on a trail, over one carrier; one entry a run. */
export interface PastFigures {
  readonly carrier: CarrierName;
  readonly lines: number;
  /** Of trail and outcomes. */
  readonly bytes: number;
  readonly seconds: number[];
  readonly listed: number[];
  readonly peak: number[];
  /** Small requests on top of the trail, with one writer. */
  readonly load: LoadFigures;
}

const CHANNELS = WORKLOADS.SMALL.channels.map(({ name }) => name);

/** On an empty trail, and on one of so many requests that all have their files. */
export async function measurePasts(
  lab: Laboratory,
  server: DataServerProcess,
  names: readonly CarrierName[],
  { lines, requests }: { lines: number; requests: number },
): Promise<PastFigures[]> {
  const all: PastFigures[] = [];
  for (const past of ['empty', 'settled'] as const satisfies Past[]) {
    const trail = lab.file(`past-${past}.log`);
    writeTrail(trail, past, lines, CHANNELS);
    const facts = { lines: past === 'empty' ? 0 : lines, bytes: bytesOf(trail) };
    for (const name of names) {
      all.push({
        ...{ carrier: name, ...facts, seconds: [], listed: [], peak: [] },
        load: noLoadYet(name, 1, requests),
      });
    }
    const these = all.slice(-names.length);
    for (let run = 0; run < lab.options.runs; run++) {
      for (const figures of run % 2 === 0 ? these : these.toReversed()) {
        const way = await carrier(figures.carrier);
        await measureStart(lab, trail, figures, way.settings);
        await way.clear(trail);
      }
    }
    for (const { load } of these) await measureLoad(lab, server, load, trail);
    for (const ending of ['', '.outcomes', '.id', '.acquisition']) {
      rmSync(`${trail}${ending}`, { force: true });
    }
  }
  return all;
}

function bytesOf(trail: string): number {
  return ['', '.outcomes']
    .map((ending) => statSync(`${trail}${ending}`, { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, each) => sum + each);
}
