import type { ServerResponse } from 'node:http';
import { type Sent, sendChunks, sendFault, writeChunk } from '../send-reply.js';
import type { Api4Fault } from '../faults.js';
import { timeOf } from './api4-channel.js';
import { type AskedPoints, firstHalf } from './asked-points.js';
import { api4ErrorBody } from './error.filter.js';
import { batchesOf, chunksOf } from './frames.js';
import { type Framing, type Item, KEEPALIVE, RANGE_FINAL } from './framing.js';
import { dateText } from './moments.js';
import { keepSilence } from './pause.js';

/** What a framed reply is made of. */
export interface FramedReply {
  readonly points: AskedPoints;
  readonly framing: Framing;
  /** Silence after which a keepalive comes. */
  readonly contentTimeoutMs: number;
}

/** Sends a framed reply. */
export function sendEvents(response: ServerResponse, reply: FramedReply): Promise<Sent> {
  const { points, framing } = reply;
  const { rowPauseMs } = points.channel;
  if (rowPauseMs !== undefined) return trickle(response, reply, rowPauseMs);
  return sendChunks(response, chunksOf(withEnd(batchesOf(points, framing), reply)));
}

/** The same with a fault in it. */
export async function sendFaultyEvents(
  response: ServerResponse,
  reply: FramedReply,
  fault: Api4Fault,
): Promise<void> {
  const { points, framing } = reply;
  const half = firstHalf(points);
  const send = (frames: Iterable<readonly Buffer[]>) => sendChunks(response, chunksOf(frames));
  switch (fault.kind) {
    case 'NO-FINAL':
      await send(batchesOf(half, framing));
      return;
    case 'INCOMPLETE':
      await send(batchesOf(points, framing));
      return;
    case 'CONTINUE-AT':
      await send(halfAnd(half, framing, { continueAt: continueAt(half) }));
      return;
    case 'ERROR':
      await send(halfAnd(half, framing, { error: 'fault asked for by the name of a channel' }));
      return;
    case 'KEEPALIVES':
      await send(withKeepalives(withEnd(batchesOf(points, framing), reply), framing));
      return;
    case 'HANG':
      for (const chunk of chunksOf(batchesOf(half, framing))) await writeChunk(response, chunk);
      while (!response.destroyed) {
        const everyMs = reply.contentTimeoutMs;
        await keepSilence(response, 2 * everyMs, { frame: framing.item(KEEPALIVE), everyMs });
      }
      return;
    case 'CUT':
    case 'RESET':
    case 'STALL':
      await sendFault(response, fault, chunksOf(withEnd(batchesOf(points, framing), reply)));
      return;
    default:
      sendInstead(response, fault);
  }
}

/** Sends what has nothing of the reply in it, in any format. @returns whether the fault is such a one */
export function sendInstead(response: ServerResponse, fault: Api4Fault): boolean {
  switch (fault.kind) {
    case 'HTTP':
      response.statusCode = fault.status;
      response.setHeader('Content-Type', 'application/json');
      response.end(api4ErrorBody(response, 'fault asked for by the name of a channel'));
      return true;
    case 'EMPTY-500':
      response.statusCode = 500;
      response.end();
      return true;
    case 'OBJECT':
    case 'EMPTY':
      response.end();
      return true;
    case 'GARBAGE':
      response.end('<html>a proxy says that\u0000 these are no frames</html>');
      return true;
    default:
      return false;
  }
}

function* withEnd(
  frames: Iterable<readonly Buffer[]>,
  { points, framing }: FramedReply,
): Generator<readonly Buffer[]> {
  yield* frames;
  if (points.isFinal) yield [framing.item(RANGE_FINAL)];
}

function* halfAnd(half: AskedPoints, framing: Framing, last: Item): Generator<readonly Buffer[]> {
  yield* batchesOf(half, framing);
  yield [framing.item(last)];
}

function* withKeepalives(
  frames: Iterable<readonly Buffer[]>,
  framing: Framing,
): Generator<readonly Buffer[]> {
  for (const frame of frames) {
    yield [framing.item(KEEPALIVE)];
    yield frame;
  }
}

/** A nanosecond behind the last pulse of the half. */
function continueAt({ channel, lastPulse }: AskedPoints): string {
  return dateText(timeOf(channel, lastPulse) + 1n);
}

/** Row by row. */
async function trickle(
  response: ServerResponse,
  reply: FramedReply,
  rowPauseMs: number,
): Promise<Sent> {
  const { framing, points, contentTimeoutMs: everyMs } = reply;
  const keepalives = { frame: framing.item(KEEPALIVE), everyMs };
  let bytes = 0;
  for (const row of batchesOf(points, framing, 1)) {
    await keepSilence(response, rowPauseMs, keepalives);
    if (response.destroyed) return { bytes, complete: false };
    const frame = Buffer.concat(row);
    await writeChunk(response, frame);
    bytes += frame.length;
  }
  if (response.destroyed) return { bytes, complete: false };
  response.end(points.isFinal ? framing.item(RANGE_FINAL) : undefined);
  return { bytes, complete: true };
}
