import { once } from 'node:events';
import { lastValueFrom } from 'rxjs';
import type { WriteRequest } from '../src/request/write-request.js';
import { OWN_PATTERNS } from '../src/transport/own-patterns.js';
import { ZmqClient } from '../src/transport/zmq/zmq-client.js';
import type { LoopDelay, ProbeMessage } from './event-loop-probe.js';
import { LineProcess } from './line-process.js';
import { compiled } from './paths.js';

interface LogEvent {
  readonly msg: string;
  readonly request_id?: string;
  readonly bytes?: number;
  readonly channels_with_problems?: number;
  readonly channels_not_requested?: number;
}

export interface WriterProcessOptions {
  /** `cli/main.js` of the build that is measured. */
  readonly main: string;
  /** Where data is. */
  readonly dataSettings: readonly string[];
  readonly output: string;
  readonly state: string;
  /** Further ones, of which not every build knows. */
  readonly settings: readonly string[];
  /** Where CPU profiles go; none by default. */
  readonly profiles?: string;
}

/** Nobody takes reports here, of which a writer warns after a while. */
const PASSED_OVER = new Set([
  'request received',
  'reports reach no broker, though one sends requests',
]);

/** A writer process as it runs at a beamline: `sf-databuffer writer`, fed over ZMQ. */
export class WriterProcess {
  private constructor(
    private readonly process: LineProcess,
    private readonly client: ZmqClient,
  ) {}

  static async start(options: WriterProcessOptions): Promise<WriterProcess> {
    const client = new ZmqClient({ address: 'tcp://127.0.0.1:*', patterns: OWN_PATTERNS });
    await client.connect();
    const { main, dataSettings, output, state, settings, profiles } = options;
    const process = new LineProcess({
      command: globalThis.process.execPath,
      args: [
        ...['--import', compiled('event-loop-probe')],
        ...(profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []),
        ...[main, 'writer', client.lastEndpoint!, '--log_format', 'json', '--retries', '0'],
        ...[...dataSettings, '--output_root', output, '--state_dir', state, ...settings],
      ],
      listenTo: 'stderr',
      messages: true,
    });
    const writer = new WriterProcess(process, client);
    while ((await writer.nextEvent()).event.msg !== 'takes requests');
    return writer;
  }

  /**
   * Hands over requests at once and waits for their files.
   *
   * @returns `seconds` from the first request being handed over to the last file having its name,
   *   and `bytes` of all replies
   * @throws when a request fails, or a file has less or more in it than was asked for
   */
  async write(requests: readonly WriteRequest[]): Promise<{ seconds: number; bytes: number }> {
    const open = new Set(requests.map(({ request_id }) => request_id));
    const begun = performance.now();
    const sent = Promise.all(
      requests.map((request) => lastValueFrom(this.client.emit('write_request', request))),
    );
    let ended = begun;
    let bytes = 0;
    while (open.size > 0) {
      const { event, at } = await this.nextEvent();
      if (PASSED_OVER.has(event.msg)) continue;
      const faulty = event.channels_with_problems || event.channels_not_requested;
      if (event.msg !== 'file written' || faulty) throw new Error(JSON.stringify(event));
      open.delete(event.request_id);
      bytes += event.bytes!;
      ended = at;
    }
    await sent;
    return { seconds: (ended - begun) / 1000, bytes };
  }

  get pid(): number {
    return this.process.child.pid!;
  }

  /** Most memory that was resident at once, bytes. */
  peakMemory(): number {
    return this.process.peakMemory();
  }

  /** From now on, event loop delays count. */
  watchEventLoop(): void {
    this.process.child.send('begin' satisfies ProbeMessage);
  }

  async eventLoopDelay(): Promise<LoopDelay> {
    this.process.child.send('tell' satisfies ProbeMessage);
    const [delay] = (await once(this.process.child, 'message')) as [LoopDelay];
    return delay;
  }

  async end(): Promise<void> {
    await Promise.all([this.process.end(), this.client.close()]);
  }

  private async nextEvent(): Promise<{ event: LogEvent; at: number }> {
    const { text, at } = await this.process.next();
    try {
      return { event: JSON.parse(text) as LogEvent, at };
    } catch (cause) {
      throw new Error(`The writer said: ${text}`, { cause });
    }
  }
}
