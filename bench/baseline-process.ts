import { LineProcess } from './line-process.js';
import { inProject } from './paths.js';
import type { Protocol } from './workload.js';

/** What a program is told, as it reads it. */
export interface BaselineJob {
  /** Base of the data API. */
  readonly url: string;
  readonly output_file: string;
  readonly [of: string]: unknown;
}

/** A process of a baseline: a program in Python that reads jobs and answers each with a line. */
export class BaselineProcess {
  private readonly process: LineProcess;

  constructor(python: string, protocol: Protocol) {
    const name = protocol === 'api4' ? 'baseline_api4.py' : 'baseline_h5py.py';
    const args = ['-B', inProject(`bench/${name}`)];
    this.process = new LineProcess({ command: python, args, listenTo: 'stdout' });
  }

  /** @returns seconds from the job being handed over to the file having its name */
  async write(job: BaselineJob): Promise<number> {
    const begun = performance.now();
    this.process.say(JSON.stringify(job));
    return ((await this.process.next()).at - begun) / 1000;
  }

  /** Most memory that was resident at once, bytes. */
  peakMemory(): number {
    return this.process.peakMemory();
  }

  async end(): Promise<void> {
    await this.process.end();
  }
}
