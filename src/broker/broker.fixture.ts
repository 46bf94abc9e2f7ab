import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { BrokerSettings } from '../config/broker-settings.js';
import { loadSettings } from '../config/load-settings.js';
import { parseTrailLine } from '../audit/trail-line.js';
import type { DataApiRequest, WriteRequest } from '../request/write-request.js';
import { parseLogLine } from '../logging/log-line.fixture.js';
import { LogWriter } from '../logging/log-writer.js';
import { WORK_QUEUE, type WorkQueue } from '../transport/work-queue.js';
import { createBroker, startBroker } from './create-broker.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects go as JSON, with its content type; texts and bytes as they are. */
  readonly body?: object | string | Buffer;
}

/** A kept connection that ended before anything came over it. */
class ConnectionGone extends Error {}

/** Parameters that any broker of a fixture accepts. */
export const PARAMETERS = {
  'general/created': 'today',
  'general/user': 'p1',
  'general/process': 'DIA',
  'general/instrument': 'TEST',
  output_file: 'a.h5',
  channels: ['A', 'B'],
};

/** A broker of this process in a temporary folder, on free ports. */
export class BrokerFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'broker-'));
  readonly trailFile = join(this.folder, 'audit.log');
  /** The log, as objects. */
  readonly log: Record<string, unknown>[] = [];
  app!: NestExpressApplication;
  port!: number;
  private readonly agent = new Agent({ keepAlive: true });

  /** @param prepare what to do with the application before it starts */
  async start(
    settings: Readonly<Record<string, unknown>> = {},
    prepare: (app: NestExpressApplication) => void = () => undefined,
  ): Promise<this> {
    const write = (text: string) => {
      for (const line of text.trimEnd().split('\n')) this.log.push(parseLogLine(line));
    };
    const log = new LogWriter('INFO', 'json', { write });
    Logger.overrideLogger(log);
    this.app = await createBroker(
      loadSettings(BrokerSettings, {
        flags: {
          audit_file: this.trailFile,
          output_root: [this.folder],
          output_host: '127.0.0.1',
          output_port: 0,
          rest_port: 0,
          ...settings,
        },
        environment: {},
      }),
      log,
    );
    prepare(this.app);
    await startBroker(this.app);
    this.port = (this.app.getHttpServer().address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.app?.close();
    await turn(); // Its last log lines are written then.
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The address that writers connect to. */
  get output(): string {
    return this.addresses.stream_address!;
  }

  /** The address that writers report to. */
  get reports(): string {
    return this.addresses.report_address!;
  }

  private get addresses() {
    return this.app.get<WorkQueue>(WORK_QUEUE, { strict: false }).addresses;
  }

  /** A call exactly as given: no client tidies its path or adds headers. */
  async call(method: string, path: string, call: Call = {}): Promise<Reply> {
    try {
      return await this.callOnce(method, path, call);
    } catch (error) {
      // The broker closed the connection as it was about to be used again: it has not seen the call.
      if (!(error instanceof ConnectionGone)) throw error;
      return this.callOnce(method, path, call);
    }
  }

  private callOnce(method: string, path: string, { headers = {}, body }: Call): Promise<Reply> {
    const asJson = typeof body === 'object' && !Buffer.isBuffer(body);
    const bytes = asJson ? JSON.stringify(body) : body;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          method,
          path,
          port: this.port,
          host: '127.0.0.1',
          agent: this.agent,
          headers: {
            ...(asJson && { 'Content-Type': 'application/json' }),
            // Node.js adds it by itself, but to a GET.
            ...(asJson && { 'Content-Length': Buffer.byteLength(bytes!) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = response.headers['content-type']?.startsWith('application/json');
            const json = (isJson && text ? JSON.parse(text) : {}) as Record<string, unknown>;
            resolve({ status: response.statusCode!, headers: response.headers, text, json });
          });
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        reject(outgoing.reusedSocket && error.code === 'ECONNRESET' ? new ConnectionGone() : error),
      );
      outgoing.end(bytes);
    });
  }

  async statusWord(): Promise<unknown> {
    return (await this.call('GET', '/status')).json.status;
  }

  async statistics(): Promise<Record<string, unknown>> {
    return (await this.call('GET', '/statistics')).json.statistics as Record<string, unknown>;
  }

  /** One acquisition over the pulses 1 and 2. @returns its request's id */
  async acquire(output_file: string): Promise<string> {
    await this.call('POST', '/parameters', { body: { ...PARAMETERS, output_file } });
    await this.call('PUT', '/start_pulse_id/1');
    await this.call('PUT', '/stop_pulse_id/2');
    return this.recorded().at(-1)!.request_id!;
  }

  /** The lines of the trail, in order. */
  recorded(): WriteRequest[] {
    const lines = readFileSync(this.trailFile, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const entry = parseTrailLine(line);
      if ('damaged' in entry) throw new Error(`${entry.damaged}: ${line}`);
      return entry.request;
    });
  }
}

/** A write request in short: file, channels, first and last pulse. */
export function outline({ parameters, data_api_request }: WriteRequest) {
  const { output_file } = JSON.parse(parameters) as { output_file: string };
  const { channels, range } = JSON.parse(data_api_request) as DataApiRequest;
  return {
    file: output_file,
    channels: channels.map(({ name }) => name),
    pulses: [range.startPulseId, range.endPulseId],
  };
}
