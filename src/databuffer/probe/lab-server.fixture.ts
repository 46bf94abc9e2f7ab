import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';

interface Question {
  readonly channels: readonly { readonly name: string }[];
  readonly range: Readonly<Record<string, string | number>>;
}

export interface LabPoint {
  pulseId: unknown;
  globalDate?: unknown;
  value?: unknown;
}

export interface LabChannel {
  channel: unknown;
  configs?: unknown;
  data: LabPoint[];
}

/** What a server does otherwise than it should. */
export interface Deviations {
  /** Answers in place of the server. @returns whether it did */
  readonly instead?: (question: IncomingMessage, response: ServerResponse, body: string) => boolean;
  /** Changes a reply to a query. */
  readonly reply?: (channels: LabChannel[], question: Question) => unknown;
  /** Changes the text of a reply. */
  readonly text?: (text: string) => string;
  /** Whether a point belongs to a range. */
  readonly isIn?: (pulseId: number, first: number, last: number) => boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A pulse each 100 ms: its id counts them since 1970. */
const MS = 100;
/** Pulses that it keeps. */
const KEPT = 600;
const CHANNELS: Readonly<Record<string, readonly [string, number[], (pulse: number) => unknown]>> =
  {
    'LAB:LOAD': ['float64', [1], (pulse) => Math.sin(pulse)],
    'LAB:COUNT': ['int64', [1], (pulse) => pulse],
    'LAB:WAVE': ['float32', [3], (pulse) => [pulse % 7, pulse % 5, 0.5]],
  };

/** A data buffer as a laboratory would write one, with what is wrong with it. */
export class LabServer {
  private readonly servers: Server[] = [];

  /** @returns where it is asked */
  async start(deviations: Deviations = {}): Promise<string> {
    const server = createServer((question, response) => {
      let body = '';
      question.on('data', (part) => (body += String(part)));
      question.on('end', () => answer(question, response, body, deviations));
    });
    return this.listen(server);
  }

  /**
   * Hands questions on to another server, and its answers back without their length, as an HTTP/1.0 server
   * does.
   *
   * @param change of what is answered to a path
   */
  async forward(to: string, change: (path: string, text: Buffer) => Buffer): Promise<string> {
    const server = createServer((question, response) => {
      let body = '';
      question.on('data', (part) => (body += String(part)));
      question.on('end', () => {
        void handOn(to, question, response, body, change);
      });
    });
    return this.listen(server);
  }

  private async listen(server: Server): Promise<string> {
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`;
  }

  async close(): Promise<void> {
    for (const server of this.servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

async function handOn(
  to: string,
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
  body: string,
  change: (path: string, text: Buffer) => Buffer,
): Promise<void> {
  const reply = await request(to + url, {
    method: method as 'POST',
    headers: { 'content-type': 'application/json', accept: headers.accept },
    body: method === 'POST' ? body : undefined,
  });
  const answered = change(url, Buffer.from(await reply.body.arrayBuffer()));
  response.statusCode = reply.statusCode;
  response.removeHeader('content-length');
  response.removeHeader('transfer-encoding');
  response.end(answered);
}

function answer(
  question: IncomingMessage,
  response: ServerResponse,
  body: string,
  { instead, reply, text = (same) => same, isIn = isBetween, headers = {} }: Deviations,
): void {
  if (instead?.(question, response, body)) return;
  if (question.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const asked = JSON.parse(body) as Partial<Question & { regex: string }>;
  if (question.url === '/channels') {
    const names = Object.keys(CHANNELS).filter((name) => new RegExp(asked.regex ?? '').test(name));
    response.end(JSON.stringify([{ channels: names }]));
    return;
  }
  if (!asked.channels || !asked.range) {
    response.writeHead(400).end('{"message":"channels and range are missing"}');
    return;
  }
  const channels = dataFor(asked as Question, isIn);
  const result = text(JSON.stringify(reply ? reply(channels, asked as Question) : channels));
  response.writeHead(200, { 'content-length': Buffer.byteLength(result), ...headers }).end(result);
}

const isBetween = (pulseId: number, first: number, last: number) =>
  pulseId >= first && pulseId <= last;

function dataFor({ channels, range }: Question, isIn: typeof isBetween): LabChannel[] {
  const scale = 'startSeconds' in range ? 1000 / MS : 1;
  const first = Number(range.startSeconds ?? range.startPulseId) * scale;
  const last = Number(range.endSeconds ?? range.endPulseId) * scale;
  const newest = Math.floor(Date.now() / MS);
  return channels.flatMap(({ name }) => {
    const known = CHANNELS[name];
    if (known === undefined) return [];
    const [type, shape, valueAt] = known;
    const data: LabPoint[] = [];
    for (let pulseId = newest - KEPT; pulseId <= newest; pulseId++) {
      if (!isIn(pulseId, first, last)) continue;
      const globalDate = new Date(pulseId * MS).toISOString().replace('Z', '123456Z');
      data.push({ pulseId, globalDate, value: valueAt(pulseId) });
    }
    return [{ channel: { name }, configs: [{ type, shape }], data }];
  });
}
