import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PulseRange } from '../../src/request/pulse-range.js';
import { type PlannedRequest, numberIn } from './planned-request.js';
import type { ReplyFaultKind } from './reply-faults.js';
import { Tally } from './tally.js';
import { type Element, pulsesOf, trueChannel, trueDate, trueValue } from './truth.js';

interface Query {
  readonly channels: readonly { readonly name: string; readonly backend: string }[];
  readonly range: PulseRange;
}

/** Longer than a lease. */
const SLOW_S = 2.4;
const PIECE_MS = 300;
const ERROR = JSON.stringify({ status: 500, message: 'out of memory' });

/**
 * A data buffer whose values can be known beforehand, and whose replies fail as the plan of the
 * asking request says.
 */
export class FaultyDataApi {
  private readonly server: Server;
  private readonly asked: Tally;

  /**
   * @param planned the plan of a request, by its number
   * @param journal file of the requests that have asked, for the next one after a kill to go on
   */
  constructor(
    private readonly planned: (number: number) => PlannedRequest,
    private readonly journal: string,
  ) {
    const before = existsSync(journal) ? readFileSync(journal, 'utf8') : '';
    this.asked = Tally.of(before.split('\n'));
    this.server = createServer((request, response) => {
      // A client that is killed meanwhile is what this is for.
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  async listen(port: number, address: string): Promise<void> {
    this.server.listen(port, address);
    await once(this.server, 'listening');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const number = numberIn(body);
    if (number === undefined) {
      response.writeHead(400).end('no request of the plan');
      return;
    }
    const plan = this.planned(number);
    const before = this.asked.of(String(number));
    this.asked.add(String(number));
    appendFileSync(this.journal, `${number}\n`);
    const reply = Buffer.from(replyTo(JSON.parse(body) as Query, plan));
    await send(response, reply, before < plan.faulty ? plan.fault : undefined, plan.lasts);
  }
}

async function send(
  response: ServerResponse,
  reply: Buffer,
  fault: ReplyFaultKind | undefined,
  lasts = SLOW_S,
): Promise<void> {
  const half = reply.subarray(0, Math.floor(reply.length / 2));
  response.setHeader('content-type', 'application/json');
  switch (fault) {
    case undefined:
      response.end(reply);
      return;
    case 'slow':
      return sendSlowly(response, reply, lasts);
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'resetHalfway':
      await written(response, half);
      response.socket?.resetAndDestroy();
      return;
    case 'stall':
      await written(response, half);
      await once(response, 'close');
      return;
    case 'truncated':
      response.end(half);
      return;
    case 'tooShort':
      response.setHeader('content-length', reply.length + 1000);
      await written(response, reply);
      response.socket?.end();
      return;
    case 'tooLong':
      // Node refuses to say less than it sends: the length is that of the half, the rest comes after it.
      response.setHeader('content-length', half.length);
      await written(response, half);
      response.socket?.end(reply.subarray(half.length));
      return;
    case 'http500':
    case 'http503':
    case 'http400':
      response.writeHead(Number(fault.slice('http'.length))).end(ERROR);
      return;
    case 'object500':
      response.end(ERROR);
      return;
    case 'object404':
      response.end(JSON.stringify({ status: 404, message: 'no such channel' }));
      return;
    case 'garbage':
      response.end('<html><body>Welcome to nginx!</body></html>');
      return;
    case 'garbageHalfway':
      response.end(Buffer.concat([insidePoint(reply), Buffer.from('\0\x01<oops>'), half]));
      return;
    case 'errorHalfway':
      response.end(Buffer.concat([insidePoint(reply), Buffer.from(ERROR)]));
      return;
    case 'empty':
      response.end('[]');
      return;
    default:
      fault satisfies never;
  }
}

/** Up to where a name has to follow, so that nothing else can be taken for a value. */
function insidePoint(reply: Buffer): Buffer {
  const point = '{"pulseId"';
  const at = reply.lastIndexOf(point, reply.length / 2);
  return reply.subarray(0, (at >= 0 ? at : reply.indexOf(point)) + 1);
}

async function sendSlowly(response: ServerResponse, reply: Buffer, seconds: number): Promise<void> {
  const size = Math.ceil((reply.length * PIECE_MS) / (seconds * 1000));
  for (let at = 0; at < reply.length && !response.destroyed; at += size) {
    await written(response, reply.subarray(at, at + size));
    await sleep(PIECE_MS);
  }
  response.end();
}

function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Name and type before the values or after them, as servers differ. */
function replyTo({ channels, range }: Query, { number }: PlannedRequest): string {
  const first = number % 2 === 0;
  const parts = channels.map(({ name, backend }) => {
    const channel = trueChannel(name);
    const shape = JSON.stringify([channel.elements]);
    const points = pulsesOf(channel, range).map((pulse) => {
      const value = valueText(trueValue(channel, pulse, number));
      return `{"pulseId":${pulse},"globalDate":"${trueDate(pulse)}","value":${value},"shape":${shape}}`;
    });
    const data = `"data":[${points.join(',')}]`;
    const names = `"configs":[{"type":"${channel.type}","shape":${shape}}],"channel":${JSON.stringify({ name, backend })}`;
    return `{${first ? `${names},${data}` : `${data},${names}`}}`;
  });
  return `[${parts.join(',')}]`;
}

function valueText(elements: readonly Element[]): string {
  const texts = elements.map((each) =>
    typeof each === 'string' ? JSON.stringify(each) : String(each),
  );
  return texts.length === 1 ? texts[0] : `[${texts.join(',')}]`;
}
