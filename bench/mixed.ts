import { rmSync } from 'node:fs';
import { DataServerProcess } from './data-server-process.js';
import { Fleet } from './fleet.js';
import type { Laboratory } from './laboratory.js';
import { writeRequest } from './requests.js';
import { WORKLOADS } from './workload.js';

/** Quick requests to a fleet of one size: seconds until all have their files, one entry a run. */
export interface MixedFigures {
  readonly writers: number;
  readonly quick: number;
  /** Nothing else runs. */
  readonly idle: number[];
  /** A job waits for its reply all the time. */
  readonly mixed: number[];
}

const FLEETS = [1, 2, 4] as const;
/** Jobs before anything is measured, for each writer: most of the code is compiled then. */
const WARM_UPS = 25;

/**
 * Quick requests to fleets of several sizes, that do nothing else, or of which one writer has a long job. Both
 * are measured with the same processes; which comes first changes from run to run.
 */
export async function measureMixed(lab: Laboratory, quick: number): Promise<MixedFigures[]> {
  const server = await DataServerProcess.start(lab.options.seed, ['SMALL', 'HELD']);
  const all = FLEETS.map((writers): MixedFigures => ({ writers, quick, idle: [], mixed: [] }));
  try {
    const mixed = new Mixed(lab, server, await references(lab, server));
    for (let run = 0; run < lab.options.runs; run++) {
      for (const figures of all) await mixed.measure(figures, run);
    }
  } finally {
    await server.end();
  }
  return all;
}

type References = Readonly<Record<'SMALL' | 'HELD', string>>;

/** The data server lets the baseline wait as well. */
async function references(lab: Laboratory, server: DataServerProcess): Promise<References> {
  const small = await lab.reference(WORKLOADS.SMALL, server);
  const [held] = await Promise.all([lab.reference(WORKLOADS.HELD, server), server.letGo()]);
  return { SMALL: small, HELD: held };
}

class Mixed {
  constructor(
    private readonly lab: Laboratory,
    private readonly server: DataServerProcess,
    private readonly references: References,
  ) {}

  async measure(figures: MixedFigures, run: number): Promise<void> {
    const { writers, quick, idle, mixed } = figures;
    const fleet = await Fleet.start(this.lab, this.server, { writers });
    try {
      await this.quickOnes(fleet, WARM_UPS * writers);
      for (const isIdle of run % 2 === 0 ? [true, false] : [false, true]) {
        if (isIdle) idle.push(await this.quickOnes(fleet, quick));
        else mixed.push(await this.besideLongOne(fleet, quick));
      }
    } finally {
      await fleet.end();
    }
    console.error(
      `MIXED run ${run + 1}, ${writers} writers: idle ${idle.at(-1)!.toFixed(2)} s, ` +
        `beside a long job ${mixed.at(-1)!.toFixed(2)} s`,
    );
  }

  private async besideLongOne(fleet: Fleet, quick: number): Promise<number> {
    const file = this.lab.file('long.h5');
    const long = await fleet.submit(writeRequest(WORKLOADS.HELD, 1, file));
    await fleet.begun(long);
    const seconds = await this.quickOnes(fleet, quick);
    await this.server.letGo();
    await fleet.allWritten([long]);
    this.lab.verify(this.references.HELD, 1, [file]);
    rmSync(file);
    return seconds;
  }

  /** @returns seconds from the first one being asked for to the last file having its name */
  private async quickOnes(fleet: Fleet, count: number): Promise<number> {
    const files = Array.from({ length: count }, (_, n) => this.lab.file(`quick-${n}.h5`));
    const requests = files.map((file) => writeRequest(WORKLOADS.SMALL, 1, file));
    const ids: string[] = [];
    const begun = performance.now();
    for (const request of requests) ids.push(await fleet.submit(request));
    const ended = await fleet.allWritten(ids);
    this.lab.verify(this.references.SMALL, 1, files);
    for (const file of files) rmSync(file);
    return (ended - begun) / 1000;
  }
}
