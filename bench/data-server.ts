import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { firstPulseFrom, globalSecondsOf } from '../src/databuffer/simulator/pulse-clock.js';
import type { PulseRange } from '../src/request/pulse-range.js';
import { Api4Replies } from './api4/api4-replies.js';
import { BinaryReply } from './binary-reply.js';
import { JsonReply } from './json-reply.js';
import type { Reply } from './reply.js';
import { FIRST_PULSE_ID, WORKLOADS, type WorkloadName, workloadOf } from './workload.js';

// A process that serves workloads from memory: `data-server.js <seed> <workload> …`. Its first line
// of output is the port. Queries are answered by the channels that they name, for as many blocks of
// pulses as their range has; replies of HELD wait until `GET /let-go`, which waits until there is one.
// Data API 4 lies below `/api/4`.
const API_4 = '/api/4';

const [seed, ...names] = process.argv.slice(2);
const replies = new Map<string, Reply>();
const api4 = new Api4Replies();
for (const name of names as WorkloadName[]) {
  const workload = WORKLOADS[name];
  if (workload.protocol === 'api4') {
    api4.add(workload, Number(seed));
    continue;
  }
  const Kind = workload.protocol === 'json' ? JsonReply : BinaryReply;
  replies.set(name, new Kind(workload, Number(seed)));
}

const held: (() => void)[] = [];
let wakeLetGo: () => void = () => undefined;

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

interface Query {
  readonly channels: readonly (string | { readonly name: string })[];
  readonly range: PulseRange | { readonly startDate: string; readonly endDate: string };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url!.startsWith(`${API_4}/`)) {
    await api4.answer(request.url!.slice(API_4.length), response);
    return;
  }
  if (request.method === 'GET') {
    if (request.url === '/let-go') await letGo();
    response.end('{}');
    return;
  }
  const query = JSON.parse(await text(request)) as Query;
  if (request.url!.endsWith('/mapping')) {
    response.end(JSON.stringify([mapping(query.range as PulseRange)]));
    return;
  }
  const [first] = query.channels;
  const workload = workloadOf(typeof first === 'string' ? first : first.name);
  const reply = workload && replies.get(workload.name);
  const blocks = workload && blocksOf(query.range, workload.pulses);
  if (!reply || !blocks || !Number.isInteger(blocks)) {
    response.writeHead(400).end('{"message":"no such data"}');
    return;
  }
  if (workload.name === WORKLOADS.HELD.name) await untilLetGo();
  response.setHeader('content-length', reply.byteLength(blocks));
  await pipeline(Readable.from(reply.pieces(blocks), { highWaterMark: 1 }), response);
}

function untilLetGo(): Promise<void> {
  return new Promise((resolve) => {
    held.push(resolve);
    wakeLetGo();
  });
}

async function letGo(): Promise<void> {
  while (held.length === 0) await new Promise<void>((resolve) => (wakeLetGo = resolve));
  for (const resolve of held.splice(0)) resolve();
}

function mapping({ startPulseId, endPulseId }: PulseRange) {
  return {
    start: { globalSeconds: globalSecondsOf(startPulseId) },
    end: { globalSeconds: globalSecondsOf(endPulseId) },
  };
}

/** Blocks of a range that begins with the first pulse. Its end by time is not exact to the pulse. */
function blocksOf(range: Query['range'], pulses: number): number {
  if ('startPulseId' in range) return (range.endPulseId - FIRST_PULSE_ID + 1) / pulses;
  const end = firstPulseFrom(BigInt(Date.parse(range.endDate)) * 1_000_000n);
  return Math.round((end - FIRST_PULSE_ID) / pulses);
}
