import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PulseRange } from '../src/request/pulse-range.js';
import type { RequestState } from '../src/report/request-state.js';
import type { WriteRequest } from '../src/request/write-request.js';
import { freePort } from '../src/transport/free-port.fixture.js';
import type { Build } from './build.js';
import type { DataServerProcess } from './data-server-process.js';
import { connectTo } from './keep-alive-connection.js';
import type { Laboratory } from './laboratory.js';
import { LineProcess } from './line-process.js';
import { type Carrier, ZMQ } from './queue/carrier.js';
import { dataSettings } from './requests.js';
import type { Protocol } from './workload.js';

interface LogEvent {
  readonly level: string;
  readonly msg: string;
  readonly request_id?: string;
  readonly channels_with_problems?: number;
  readonly channels_not_requested?: number;
}

export interface FleetOptions {
  /** How many. */
  readonly writers: number;
  readonly carrier?: Carrier;
  /** The broker's audit trail; a new one by default. */
  readonly trail?: string;
  /** The build to run; by default the one under test. */
  readonly build?: Build;
  /** What data is asked for by: JSON by default. */
  readonly protocol?: Protocol;
}

/** Said by a broker whose queues are new. */
const NEW_QUEUES = 'the queue has lost the requests that it kept: they are sent again';
const POLL_MS = 10;
/** Idle connections are closed by the broker after 5 s. */
const IDLE_MS = 2000;

/** A broker process and writer processes that report to it, as at a beamline. */
export class Fleet {
  readonly writers: LineProcess[] = [];
  /** When files got their names, `performance.now()`, by request. */
  private readonly named = new Map<string, number>();
  private readonly reading: Promise<void>[] = [];
  /** Writers that take requests. */
  private ready = 0;
  private connection: Awaited<ReturnType<typeof connectTo>> | undefined;
  private called = 0;
  private problem: Error | undefined;
  private wake: () => void = () => undefined;
  private isEnding = false;

  private constructor(
    private readonly lab: Laboratory,
    readonly broker: LineProcess,
    private readonly build: Build,
    private readonly carrier: Carrier,
    private readonly dataSettings: readonly string[],
    readonly trail: string,
    private readonly ports: Record<'rest' | 'output' | 'reports', number>,
  ) {}

  /** @returns when all of them work, and the broker has heard of each writer */
  static async start(
    lab: Laboratory,
    server: DataServerProcess,
    { writers, carrier = ZMQ, trail, build = lab.build, protocol = 'json' }: FleetOptions,
  ): Promise<Fleet> {
    const [rest, output, reports] = [await freePort(), await freePort(), await freePort()];
    const file = trail ?? join(lab.folder, `fleet-${output}.trail`);
    const broker = service([
      ...[build.main, 'broker', '--log_format', 'json', '--epics_writer_url', ''],
      ...['--rest_port', String(rest), '--output_host', '127.0.0.1', '--reports', 'on'],
      ...['--output_port', String(output), '--report_port', String(reports)],
      ...['--output_root', lab.output, '--audit_file', file, ...carrier.settings],
    ]);
    await saying(broker, 'takes acquisitions');
    const data = dataSettings(server, protocol);
    const ports = { rest, output, reports };
    const fleet = new Fleet(lab, broker, build, carrier, data, file, ports);
    fleet.reading.push(fleet.read(broker, true));
    try {
      await fleet.add(writers);
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  /** Starts more writers. @returns when they work, and the broker has heard of each */
  async add(writers: number): Promise<void> {
    const { main } = this.build;
    const { output, reports } = this.ports;
    const added = Array.from({ length: writers }, (_, n) =>
      service([
        ...[main, 'writer', `tcp://127.0.0.1:${output}`, '--log_format', 'json'],
        ...['--report_address', `tcp://127.0.0.1:${reports}`, '--output_root', this.lab.output],
        ...[...this.dataSettings, '--retries', '0'],
        ...['--state_dir', join(this.lab.folder, `state-${output}-${this.writers.length + n}`)],
        ...[...this.build.writerSettings(this.lab.options), ...this.carrier.settings],
      ]),
    );
    this.writers.push(...added);
    // Where requests wait, a file may be there before a writer says that it takes them.
    this.reading.push(...added.map((each) => this.read(each)));
    await this.until(() => this.ready === this.writers.length);
    while ((await this.reporting()) < this.writers.length) {
      await delay(POLL_MS);
    }
  }

  /** Files that have their names so far. */
  get files(): number {
    return this.named.size;
  }

  /** Asks for a file at once, ahead of what is in the background. @returns the id of the request */
  async submit({ data_api_request, parameters, timestamp }: WriteRequest): Promise<string> {
    const body = JSON.stringify({ data_api_request, parameters, timestamp });
    const text = await this.expect200('POST', '/requests?lane=live', body);
    return (JSON.parse(text) as { request_id: string }).request_id;
  }

  /**
   * Acquires as DIA and a detector writer do.
   *
   * @returns when the stop was sent, `performance.now()`
   */
  async acquire(parameters: object, { startPulseId, endPulseId }: PulseRange): Promise<number> {
    await this.expect200('POST', '/parameters', JSON.stringify(parameters));
    await this.expect200('PUT', `/start_pulse_id/${startPulseId}`);
    const stopped = performance.now();
    await this.expect200('PUT', `/stop_pulse_id/${endPulseId}`);
    return stopped;
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
   * @returns when each had, `performance.now()`, in the order of the requests
   * @throws when a process warns of something instead, or ends
   */
  async eachWritten(ids: readonly string[]): Promise<number[]> {
    const open = new Set(ids);
    await this.until(() => {
      for (const id of open) if (this.named.has(id)) open.delete(id);
      return open.size === 0;
    });
    return ids.map((id) => this.named.get(id)!);
  }

  /** The same. @returns when the last one had */
  async allWritten(ids: readonly string[]): Promise<number> {
    return Math.max(...(await this.eachWritten(ids)));
  }

  /** Waits until so many files in all have their names. @throws as `eachWritten` */
  async filesThere(count: number): Promise<void> {
    await this.until(() => this.named.size >= count);
  }

  async end(): Promise<void> {
    this.isEnding = true;
    this.connection?.close();
    for (const each of [...this.writers, this.broker]) await each.end();
    await Promise.all(this.reading);
    await this.carrier.clear(this.trail);
  }

  /** Writers that said hello. */
  private async reporting(): Promise<number> {
    const reply = await this.get<{ statistics: { writers: unknown[] } }>('/statistics');
    return reply.statistics.writers.length;
  }

  private async get<T>(target: string): Promise<T> {
    return JSON.parse(await this.expect200('GET', target)) as T;
  }

  /** @returns what the broker replied. @throws where it is no success */
  private async expect200(method: string, target: string, body?: string): Promise<string> {
    const { status, text } = await this.call(method, target, body);
    if (status !== 200) throw new Error(`${method} ${target}: ${status} ${text}`);
    return text;
  }

  private async call(method: string, target: string, body?: string) {
    if (!this.connection || performance.now() - this.called > IDLE_MS) {
      this.connection?.close();
      this.connection = await connectTo(`http://127.0.0.1:${this.ports.rest}`);
    }
    const reply = await this.connection.call(method, target, body);
    this.called = performance.now();
    return reply;
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.problem) throw this.problem;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** @param isReady whether it works already; what it warns of before, such as of running as root, is passed over */
  private async read(process: LineProcess, isReady = false): Promise<void> {
    try {
      for (;;) {
        const { text, at } = await process.next();
        const event = JSON.parse(text) as LogEvent;
        if (event.msg === 'takes requests') {
          isReady = true;
          this.ready++;
        }
        const isFine = ['INFO', 'DEBUG'].includes(event.level) || event.msg === NEW_QUEUES;
        if (isReady && !isFine) throw new Error(text);
        if (event.msg === 'file written') {
          if (event.channels_with_problems || event.channels_not_requested) throw new Error(text);
          this.named.set(event.request_id!, at);
        }
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
