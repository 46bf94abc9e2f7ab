import { appendFileSync, closeSync, fdatasyncSync, openSync } from 'node:fs';
import { DataServerProcess } from '../data-server-process.js';
import type { Laboratory } from '../laboratory.js';
import { median } from '../statistics.js';
import { type BacklogFigures, measureBacklog } from './backlog.js';
import { carriers } from './carrier.js';
import { type LoadFigures, measureLoad, noLoadYet } from './load.js';
import { type PastFigures, measurePasts } from './past.js';

/** What each carrier can take, measured in turn. */
export interface QueueFigures {
  readonly loads: readonly LoadFigures[];
  readonly backlogs: readonly BacklogFigures[];
  readonly pasts: readonly PastFigures[];
  /** Of an append of a trail line's length with fdatasync, in the same folder, ms. */
  readonly fsync: number;
}

const FLEETS = [1, 2, 4];
const QUICK_FLEETS = [1];
const LINE = 'x'.repeat(1200);
const FSYNCS = 200;

export async function measureQueues(lab: Laboratory): Promise<QueueFigures> {
  const { runs, requests, lines, quick, seed } = lab.options;
  const burst = quick ? 50 : Math.min(500, requests);
  const names = await carriers();
  const server = await DataServerProcess.start(seed, ['SMALL']);
  try {
    const fsync = fsyncOf(lab);
    const loads = (quick ? QUICK_FLEETS : FLEETS).flatMap((writers) =>
      names.map((name) => noLoadYet(name, writers, burst)),
    );
    for (let run = 0; run < runs; run++) {
      for (const each of run % 2 === 0 ? loads : loads.toReversed()) {
        await measureLoad(lab, server, each);
      }
    }
    const backlogs: BacklogFigures[] = [];
    for (const name of names) backlogs.push(await measureBacklog(lab, server, name, requests));
    const pasts = await measurePasts(lab, server, names, { lines, requests: burst });
    return { loads, backlogs, pasts, fsync };
  } finally {
    await server.end();
  }
}

function fsyncOf(lab: Laboratory): number {
  const file = openSync(lab.file('fsync.log'), 'a');
  const took = Array.from({ length: FSYNCS }, () => {
    const begun = performance.now();
    appendFileSync(file, LINE);
    fdatasyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  return median(took);
}
