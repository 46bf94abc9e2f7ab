import { LineProcess } from './line-process.js';
import { compiled } from './paths.js';
import type { WorkloadName } from './workload.js';

/** A process that serves workloads from memory. */
export class DataServerProcess {
  private constructor(
    private readonly process: LineProcess,
    /** Base of the data API. */
    readonly url: string,
  ) {}

  static async start(seed: number, workloads: readonly WorkloadName[]): Promise<DataServerProcess> {
    const process = new LineProcess({
      command: globalThis.process.execPath,
      args: [compiled('data-server'), String(seed), ...workloads],
      listenTo: 'stdout',
    });
    const { text: port } = await process.next();
    return new DataServerProcess(process, `http://127.0.0.1:${port}`);
  }

  /** Base of data API 4. */
  get api4Url(): string {
    return `${this.url}/api/4`;
  }

  get pid(): number {
    return this.process.child.pid!;
  }

  /** Waits until a reply waits to be let go, and lets it go. */
  async letGo(): Promise<void> {
    await (await fetch(`${this.url}/let-go`)).text();
  }

  async end(): Promise<void> {
    await this.process.end();
  }
}
