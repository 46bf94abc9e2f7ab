import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { LineProcess } from '../line-process.js';
import { compiled } from '../paths.js';
import { percentile } from '../statistics.js';

/** Mean times of the fixed loop on each core, µs. */
export type CoreTimes = readonly number[];

/** So many times longer than when nothing disturbed it, and a core counts as slow. */
const SLOW = 1.15;
/** Of all that was measured with a core, so many were not disturbed. */
const UNDISTURBED_PERCENT = 5;

/**
 * How fast the cores are while something is measured. Those of a virtual machine are slow for seconds when their
 * neighbour on the host works; what was measured then is left out.
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

  /** Times the loop on all cores, from now on. */
  begin(): void {
    for (const core of this.cores) core.say('begin');
  }

  /** @returns what it took since then */
  async end(): Promise<CoreTimes> {
    for (const core of this.cores) core.say('end');
    const lines = await Promise.all(this.cores.map((core) => core.next()));
    const times = lines.map(({ text }) => Number(text));
    this.taken.push(times);
    return times;
  }

  /** How many times longer than usual the loop took on the slowest core, by all that was taken so far. */
  slownessOf(times: CoreTimes): number {
    const usual = times.map((_, core) =>
      percentile(
        this.taken.map((each) => each[core]),
        UNDISTURBED_PERCENT,
      ),
    );
    return Math.max(...times.map((each, core) => each / usual[core]));
  }

  isSlow(times: CoreTimes): boolean {
    return this.slownessOf(times) > SLOW;
  }

  async close(): Promise<void> {
    await Promise.all(this.cores.map((core) => core.end()));
  }
}
