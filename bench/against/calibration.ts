import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { LineProcess } from '../line-process.js';
import { compiled } from '../paths.js';
import { percentile } from '../statistics.js';

/** Times of the fixed loop, ms, one for each core. */
export type CoreTimes = readonly number[];

/** So many times longer than usual, and a core counts as slow. */
const SLOW = 1.15;

/**
 * How fast the cores are, time and again. Those of a virtual machine are slow for seconds when their neighbour
 * on the host works; what was measured then is left out.
 */
export class Calibration {
  private readonly taken: CoreTimes[] = [];

  private constructor(private readonly cores: readonly LineProcess[]) {}

  static async start(): Promise<Calibration> {
    const canPin = spawnSync('taskset', ['--version']).status === 0;
    const cores = cpus().map((_, core) => {
      const node = [process.execPath, compiled('against/core-loop')];
      const [command, ...args] = canPin ? ['taskset', '-c', String(core), ...node] : node;
      return new LineProcess({ command, args, listenTo: 'stdout' });
    });
    for (const core of cores) await core.next();
    return new Calibration(cores);
  }

  /** Times the loop on all cores at once. */
  async take(): Promise<CoreTimes> {
    for (const core of this.cores) core.say('go');
    const times = await Promise.all(
      this.cores.map(async (core) => Number((await core.next()).text)),
    );
    this.taken.push(times);
    return times;
  }

  /** Whether any core was slow, by all that was taken so far. */
  isSlow(times: readonly CoreTimes[]): boolean {
    return times.some((each) =>
      each.some((ms, core) => ms > SLOW * percentile(this.allOf(core), 25)),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.cores.map((core) => core.end()));
  }

  private allOf(core: number): number[] {
    return this.taken.map((times) => times[core]);
  }
}
