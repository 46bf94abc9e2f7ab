import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode, float, frame } from '../../api4/cbor/cbor.fixture.js';

/** A map of a reply, as it is sent. */
export type LabMap = Record<string, unknown>;

/** What a server does otherwise than it should. */
export interface Api4Deviations {
  /** Answers in place of the server. @returns whether it did */
  readonly instead?: (url: URL, response: ServerResponse) => boolean;
  /** Changes the maps of a reply. */
  readonly maps?: (maps: LabMap[], url: URL) => LabMap[];
  /** Changes the bytes of a reply. */
  readonly bytes?: (reply: Buffer) => Buffer;
  /** Whether a row belongs to a range. */
  readonly isIn?: (time: bigint, begin: bigint, end: bigint) => boolean;
  /** The answer for a pulse, which may still be to come. */
  readonly mapped?: (pulseId: number, newest: number) => string | undefined;
  /** Changes the entries of `search/channel`. */
  readonly listed?: (channels: LabMap[]) => LabMap[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A pulse each 100 ms: its id counts them since 1970. */
const MS = 100;
/** Pulses that it keeps. */
const KEPT = 1500;
const BATCH = 16;
const CHANNELS: Readonly<Record<string, readonly [string, number[], (pulse: number) => unknown]>> =
  {
    'LAB:LOAD': ['f64', [], (pulse) => float(Math.sin(pulse))],
    'LAB:COUNT': ['i64', [], (pulse) => pulse],
    'LAB:WAVE': ['f32', [3], (pulse) => [pulse % 7, pulse % 5, 0.5].map((each) => float(each))],
  };
const NS_PER_MS = 1_000_000n;

/** When a pulse was. */
export const timeOf = (pulseId: number) => BigInt(pulseId * MS) * NS_PER_MS + 1_234_567n;

/** A data API 4 as a laboratory would write one, with what is wrong with it. */
export class LabApi4 {
  private readonly servers: Server[] = [];

  /** @returns its base */
  async start(deviations: Api4Deviations = {}): Promise<string> {
    const server = createServer(({ url = '', method }, response) => {
      const asked = new URL(url, 'http://lab');
      if (deviations.instead?.(asked, response)) return;
      const call = asked.pathname.replace('/api/4', '');
      if (method !== 'GET') refuse(response, 405, 'GET alone');
      else if (call === '/events') answerEvents(asked, response, deviations);
      else if (call === '/search/channel') answerSearch(asked, response, deviations);
      else if (call.startsWith('/map/pulse/')) answerPulse(call, response, deviations);
      else refuse(response, 404, 'no such call');
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/4`;
  }

  async close(): Promise<void> {
    for (const server of this.servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

/** An error as the API has it. @returns true */
export function refuse(response: ServerResponse, status: number, message?: string): boolean {
  const body = message === undefined ? '' : JSON.stringify({ message, requestid: 'lab' });
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  return true;
}

function answerEvents(url: URL, response: ServerResponse, deviations: Api4Deviations): void {
  const { maps: change, bytes = (same) => same, isIn = isBetween, headers } = deviations;
  const name = url.searchParams.get('channelName');
  const [begin, end] = ['begDate', 'endDate'].map((key) => nsOf(url.searchParams.get(key)));
  if (name === null || begin === undefined || end === undefined) {
    refuse(response, 400, 'channelName, begDate and endDate are needed');
    return;
  }
  const known = CHANNELS[name];
  if (known === undefined) {
    refuse(response, 404, 'channel not found');
    return;
  }
  const pulses = Array.from({ length: KEPT }, (_, i) => newestPulse() - KEPT + 1 + i).filter(
    (pulse) => isIn(timeOf(pulse), begin, end),
  );
  const maps: LabMap[] = batchesOf(pulses).map((batch) => ({
    pulses: batch,
    scalar_type: known[0],
    tss: batch.map(timeOf),
    values: batch.map(known[2]),
  }));
  if (end < timeOf(newestPulse())) maps.push({ rangeFinal: true });
  const reply = bytes(Buffer.concat((change?.(maps, url) ?? maps).map(frameOf)));
  response.writeHead(200, {
    'content-type': 'application/cbor-framed',
    'content-length': reply.length,
    ...headers,
  });
  response.end(reply);
}

function answerPulse(call: string, response: ServerResponse, { mapped }: Api4Deviations): void {
  const pulseId = Number(call.split('/').at(-1));
  const own = pulseId > newestPulse() ? undefined : String(timeOf(pulseId));
  const text = mapped ? mapped(pulseId, newestPulse()) : own;
  if (text === undefined) response.writeHead(204).end();
  else response.end(text);
}

function answerSearch(url: URL, response: ServerResponse, { listed }: Api4Deviations): void {
  const regex = new RegExp(url.searchParams.get('nameRegex') ?? '');
  const channels: LabMap[] = Object.entries(CHANNELS)
    .filter(([name]) => regex.test(name))
    .map(([name, [type, shape]], seriesId) => ({
      ...{ backend: 'sf-databuffer', name, seriesId, source: '', type, shape },
      ...{ unit: 'mm', description: `of ${name}` },
    }));
  response.end(JSON.stringify({ channels: listed?.(channels) ?? channels }));
}

/** Without keys that have nothing. */
const frameOf = (map: LabMap) => frame(encode(withoutNothing(map)));

const newestPulse = () => Math.floor(Date.now() / MS);

const isBetween = (time: bigint, begin: bigint, end: bigint) => time >= begin && time < end;

/** Nanoseconds of `2018-06-08T12:04:51.551143344Z`. */
function nsOf(date: string | null): bigint | undefined {
  const [, second, fraction = ''] = /^([\dT:-]+)(?:\.(\d+))?Z$/.exec(date ?? '') ?? [];
  if (second === undefined) return undefined;
  return BigInt(Date.parse(`${second}Z`)) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
}

function batchesOf(pulses: readonly number[]): number[][] {
  const batches: number[][] = [];
  for (let i = 0; i < pulses.length; i += BATCH) batches.push(pulses.slice(i, i + BATCH));
  return batches;
}

function withoutNothing(map: LabMap): LabMap {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}
