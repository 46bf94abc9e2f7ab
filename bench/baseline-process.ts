import { LineProcess } from './line-process.js';
import { inProject } from './paths.js';

export interface BaselineJob {
  /** Base of the data API. */
  readonly url: string;
  readonly query: object;
  readonly output_file: string;
  readonly binary: boolean;
}

/** A process of `baseline_h5py.py`. */
export class BaselineProcess {
  private readonly process: LineProcess;

  constructor(python: string) {
    const args = [inProject('bench/baseline_h5py.py')];
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
