import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBroker } from './broker-process.js';
import type { Laboratory } from './laboratory.js';
import { LineProcess } from './line-process.js';
import { compiled } from './paths.js';
import type { RunFigures } from './runs-client.js';

/** Runs that the second pgroup has before the first retrieval. */
export const RUNS_BEFORE = 1000;

/** Retrievals of 100 channels into a pgroup without runs and into one with many, one client. */
export function measureRuns(lab: Laboratory, retrievals: number): Promise<RunFigures> {
  const root = join(lab.folder, 'pgroups', '{pgroup}', 'raw');
  const raw = (pgroup: string) => root.replace('{pgroup}', pgroup);
  mkdirSync(raw('empty'), { recursive: true });
  fill(raw('full'));
  const settings = ['--pgroup_root', root, '--beamlines', 'bench=127.0.0.0/8'];
  return withBroker(lab, settings, async (url) => {
    const client = new LineProcess({
      command: process.execPath,
      args: [
        compiled('runs-client'),
        ...[url, String(retrievals), lab.file('fsync.log'), 'empty', 'full'],
      ],
      listenTo: 'stdout',
    });
    return JSON.parse((await client.next()).text) as RunFigures;
  });
}

/** Makes runs as they lie there after a beam time. */
function fill(raw: string): void {
  for (let number = 1; number <= RUNS_BEFORE; number++) {
    const run = join(raw, `run${String(number).padStart(4, '0')}`);
    for (const name of ['data', 'logs', 'meta']) mkdirSync(join(run, name), { recursive: true });
    for (const name of ['acq0001', 'scan']) writeFileSync(join(run, `meta/${name}.json`), '{}');
    writeFileSync(join(run, 'data/acq0001.BSDATA.h5'), '');
    writeFileSync(join(run, 'logs/acq0001.BSDATA.log'), '');
  }
  mkdirSync(join(raw, 'run_info'));
  for (const name of ['LAST_RUN', 'LAST_ARUN']) {
    writeFileSync(join(raw, 'run_info', name), String(RUNS_BEFORE));
  }
}
