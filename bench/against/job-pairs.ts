import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { DataServerProcess } from '../data-server-process.js';
import { Fleet } from '../fleet.js';
import type { JobOptions } from '../jobs.js';
import type { Laboratory } from '../laboratory.js';
import { acquisitionOf } from '../requests.js';
import { WORKLOADS, type Workload, servedFor, warmUpFor } from '../workload.js';
import type { Calibration } from './calibration.js';
import { FolderWatch } from './folder-watch.js';
import type { Measurement, PairFigures } from './pair.js';
import { settled } from './settled.js';
import { type BySide, type Builds, type Side, inTurn } from './sides.js';

/** Files that may wait for being compared, bytes. */
const MAX_WAITING = 1e9;

export interface PairOptions extends JobOptions {
  /** Of each process. */
  readonly jobs: number;
}

/** Acquisitions by brokers and writers of both builds, in turn. */
export async function measureJobPairs(
  lab: Laboratory,
  builds: Builds,
  calibration: Calibration,
  options: PairOptions,
): Promise<PairFigures> {
  const { name, blocks = 1 } = options;
  const workload: Workload = WORKLOADS[options.workload];
  const figures: PairFigures = {
    name,
    description: `${workload.description}${blocks === 1 ? '' : ` × ${blocks}`}`,
    requests: 1,
    pairs: [],
    peak: { measured: [], against: [] },
  };
  const server = await DataServerProcess.start(lab.options.seed, servedFor(workload));
  const folder = new FolderWatch(lab.output);
  try {
    const reference = await lab.reference(workload, server);
    for (let run = 0; run < lab.options.runs; run++) {
      const round = new Round(lab, builds, calibration, server, folder, workload, blocks);
      await round.measure(run, options.jobs, reference, figures);
      console.error(
        `${name} run ${run + 1}: ${figures.pairs.slice(-options.jobs).map(inBrief).join(', ')}`,
      );
    }
  } finally {
    folder.close();
    await server.end();
  }
  return figures;
}

function inBrief({ measured, against }: BySide<Measurement>): string {
  return `${(1000 * measured.seconds).toFixed(0)}/${(1000 * against.seconds).toFixed(0)} ms`;
}

/** Processes of both builds side by side, which work in turn. */
class Round {
  private readonly waiting: string[] = [];

  constructor(
    private readonly lab: Laboratory,
    private readonly builds: Builds,
    private readonly calibration: Calibration,
    private readonly server: DataServerProcess,
    private readonly folder: FolderWatch,
    private readonly workload: Workload,
    private readonly blocks: number,
  ) {}

  async measure(
    run: number,
    jobs: number,
    reference: string,
    { pairs, peak }: PairFigures,
  ): Promise<void> {
    const fleets = await inTurn(run, (side) => this.start(side));
    try {
      for (let n = 0; n < jobs; n++) {
        const pair = await inTurn(run + n, (side) =>
          this.job(fleets[side], `${this.workload.name}-${run}-${n}-${side}`),
        );
        pairs.push({ ...pair, isFresh: n === 0 });
        this.compareIf(this.bytesWaiting > MAX_WAITING, reference);
      }
      peak.measured.push(fleets.measured.writers[0].peakMemory());
      peak.against.push(fleets.against.writers[0].peakMemory());
    } finally {
      await Promise.all([fleets.measured.end(), fleets.against.end()]);
    }
    this.compareIf(true, reference);
  }

  /** Broker and writer, which have written a small file. */
  private async start(side: Side): Promise<Fleet> {
    const fleet = await Fleet.start(this.lab, this.server, {
      writers: 1,
      build: this.builds[side].build,
      protocol: this.workload.protocol,
    });
    const warmUp = acquisitionOf(
      warmUpFor(this.workload.protocol),
      1,
      this.lab.file(`warm-up-${side}.h5`),
    );
    await fleet.acquire(warmUp.parameters, warmUp.range);
    await fleet.filesThere(1);
    rmSync(warmUp.file);
    return fleet;
  }

  private async job(fleet: Fleet, name: string): Promise<Measurement> {
    const { parameters, range, file } = acquisitionOf(
      this.workload,
      this.blocks,
      this.lab.file(`${name}.h5`),
    );
    const pids = [fleet.broker, fleet.writers[0]].map(({ child }) => child.pid!);
    const before = await settled(pids);
    const working = [...pids, this.server.pid];
    this.calibration.begin(working);
    const stopped = await fleet.acquire(parameters, range);
    await fleet.filesThere(fleet.files + 1);
    const named = await this.folder.appeared(basename(file));
    const conditions = await this.calibration.end(working);
    this.waiting.push(file);
    const processor = (await settled(pids)) - before;
    return { seconds: (named - stopped) / 1000, processor, conditions };
  }

  private get bytesWaiting(): number {
    return this.waiting.reduce((sum, file) => sum + this.lab.sizeOf(file), 0);
  }

  private compareIf(condition: boolean, reference: string): void {
    if (!condition || this.waiting.length === 0) return;
    const files = this.waiting.splice(0);
    this.lab.verify(reference, this.blocks, files);
    for (const file of files) rmSync(file);
  }
}
