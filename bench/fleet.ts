import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RequestState } from '../src/report/request-state.js';
import type { WriteRequest } from '../src/request/write-request.js';
import { freePort } from '../src/transport/free-port.fixture.js';
import type { DataServerProcess } from './data-server-process.js';
import { connectTo } from './keep-alive-connection.js';
import type { Laboratory } from './laboratory.js';
import { LineProcess } from './line-process.js';

interface LogEvent {
  readonly level: string;
  readonly msg: string;
  readonly request_id?: string;
}

const POLL_MS = 10;

/** A broker process and writer processes that report to it, as at a beamline. */
export class Fleet {
  /** When files got their names, `performance.now()`, by request. */
  private readonly written = new Map<string, number>();
  private readonly reading: Promise<void>[] = [];
  private problem: Error | undefined;
  private wake: () => void = () => undefined;
  private isEnding = false;

  private constructor(
    private readonly broker: LineProcess,
    private readonly writers: readonly LineProcess[],
    private readonly connection: Awaited<ReturnType<typeof connectTo>>,
  ) {}

  /** @returns when all of them work, and the broker has heard of each writer */
  static async start(lab: Laboratory, server: DataServerProcess, writers: number): Promise<Fleet> {
    const [rest, output, reports] = [await freePort(), await freePort(), await freePort()];
    const { main } = lab.options;
    const broker = service([
      ...[main, 'broker', '--log_format', 'json', '--epics_writer_url', ''],
      ...['--rest_port', String(rest), '--output_host', '127.0.0.1', '--reports', 'on'],
      ...['--output_port', String(output), '--report_port', String(reports)],
      ...['--output_root', lab.output, '--audit_file', join(lab.folder, `fleet-${output}.trail`)],
    ]);
    await saying(broker, 'takes acquisitions');
    const processes = Array.from({ length: writers }, (_, n) =>
      service([
        ...[main, 'writer', `tcp://127.0.0.1:${output}`, '--log_format', 'json'],
        ...['--report_address', `tcp://127.0.0.1:${reports}`, '--output_root', lab.output],
        ...['--data_api_url', `${server.url}/query`, '--retries', '0'],
        ...['--state_dir', join(lab.folder, `state-${n}`)],
      ]),
    );
    for (const each of processes) await saying(each, 'takes requests');
    const fleet = new Fleet(broker, processes, await connectTo(`http://127.0.0.1:${rest}`));
    fleet.reading.push(...[broker, ...processes].map((each) => fleet.read(each)));
    while ((await fleet.reporting()) < writers) {
      await delay(POLL_MS);
    }
    return fleet;
  }

  /** Asks for a file at once, ahead of what is in the background. @returns the id of the request */
  async submit({ data_api_request, parameters, timestamp }: WriteRequest): Promise<string> {
    const body = JSON.stringify({ data_api_request, parameters, timestamp });
    const { status, text } = await this.connection.call('POST', '/requests?lane=live', body);
    if (status !== 200) throw new Error(`POST /requests: ${status} ${text}`);
    return (JSON.parse(text) as { request_id: string }).request_id;
  }

  /** Waits until a writer is busy with a request. */
  async begun(id: string): Promise<void> {
    const busy: RequestState[] = ['retrieving', 'writing'];
    for (;;) {
      const reply = await this.get<{ request: { state: RequestState } }>(`/requests/${id}`);
      if (busy.includes(reply.request.state)) return;
      await delay(POLL_MS);
    }
  }

  /**
   * Waits until the files of requests have their names.
   *
   * @returns when the last one had, `performance.now()`
   * @throws when a process warns of something instead, or ends
   */
  async allWritten(ids: readonly string[]): Promise<number> {
    while (!ids.every((id) => this.written.has(id))) {
      if (this.problem) throw this.problem;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return Math.max(...ids.map((id) => this.written.get(id)!));
  }

  async end(): Promise<void> {
    this.isEnding = true;
    this.connection.close();
    for (const each of [...this.writers, this.broker]) await each.end();
    await Promise.all(this.reading);
  }

  /** Writers that said hello. */
  private async reporting(): Promise<number> {
    const reply = await this.get<{ statistics: { writers: unknown[] } }>('/statistics');
    return reply.statistics.writers.length;
  }

  private async get<T>(target: string): Promise<T> {
    const { status, text } = await this.connection.call('GET', target);
    if (status !== 200) throw new Error(`GET ${target}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  private async read(process: LineProcess): Promise<void> {
    try {
      for (;;) {
        const { text, at } = await process.next();
        const { level, msg, request_id: id } = JSON.parse(text) as LogEvent;
        if (level !== 'INFO' && level !== 'DEBUG') throw new Error(text);
        if (msg === 'file written') this.written.set(id!, at);
        this.wake();
      }
    } catch (error) {
      if (this.isEnding) return;
      this.problem ??= error as Error;
      this.wake();
    }
  }
}

function service(args: readonly string[]): LineProcess {
  return new LineProcess({ command: process.execPath, args, listenTo: 'stderr' });
}

async function saying(process: LineProcess, message: string): Promise<void> {
  while ((JSON.parse((await process.next()).text) as LogEvent).msg !== message);
}
