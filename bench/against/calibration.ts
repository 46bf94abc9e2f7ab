import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { LineProcess } from '../line-process.js';
import { compiled } from '../paths.js';
import { machineSeconds, processorSeconds } from '../queue/processes.js';
import { percentile } from '../statistics.js';

/** What else happened during a measurement. */
export interface Conditions {
  /** Mean times of the fixed loop on each core, µs. */
  readonly loop: readonly number[];
  /** Share of all processor time that other processes used, the kernel's own threads included. */
  readonly others: number;
}

/** So many times longer than when nothing disturbed it, and a core counts as slow. */
const SLOW = 1.15;
/** Of `others`: what the kernel does for a job is less. */
const BUSY = 0.1;
/** Of all that was measured with a core, so many were not disturbed. */
const UNDISTURBED_PERCENT = 5;

/**
 * How fast the cores are while something is measured, and what else they do. Those of a virtual machine are slow
 * for seconds when their neighbour on the host works; what was measured then is left out.
 */
export class Calibration {
  private readonly taken: Conditions[] = [];
  private begun: { readonly at: number; readonly others: number } | undefined;

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

  /**
   * Times the loop on all cores, from now on.
   *
   * @param pids of what is measured: all processes that work for it
   */
  begin(pids: readonly number[]): void {
    this.begun = { at: performance.now(), others: this.othersSeconds(pids) };
    for (const core of this.cores) core.say('begin');
  }

  /** @returns how it was since then */
  async end(pids: readonly number[]): Promise<Conditions> {
    const { at, others: before } = this.begun!;
    const available = (cpus().length * (performance.now() - at)) / 1000;
    const others = Math.max(0, this.othersSeconds(pids) - before) / available;
    for (const core of this.cores) core.say('end');
    const lines = await Promise.all(this.cores.map((core) => core.next()));
    const conditions = { loop: lines.map(({ text }) => Number(text)), others };
    this.taken.push(conditions);
    return conditions;
  }

  /** Whether a core was slow, by all that was taken so far, or busy with something else. */
  isDisturbed({ loop, others }: Conditions): boolean {
    const usual = loop.map((_, core) =>
      percentile(
        this.taken.map((each) => each.loop[core]),
        UNDISTURBED_PERCENT,
      ),
    );
    return others > BUSY || loop.some((each, core) => each > SLOW * usual[core]);
  }

  async close(): Promise<void> {
    await Promise.all(this.cores.map((core) => core.end()));
  }

  private othersSeconds(pids: readonly number[]): number {
    const ours = [process.pid, ...this.cores.map(({ child }) => child.pid!), ...pids];
    return ours.reduce((left, pid) => left - processorSeconds(pid), machineSeconds());
  }
}
