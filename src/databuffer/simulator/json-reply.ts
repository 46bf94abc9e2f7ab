import { elementsPerValue } from '../../rows/row-block.js';
import { findChannel } from './catalogue.js';
import { ChunkPair } from './chunk-pair.js';
import { jsonText } from './json-text.js';
import { PointText } from './point-text.js';
import type { Query } from './query.js';
import { ringOffset } from './ring.js';
import { elementAt, seedOf } from './signals.js';
import { type SimulatedChannel, isScalar, pulsesOf } from './simulated-channel.js';
import type { TextRings } from './text-rings.js';

/**
 * The reply to a query as the data API sends it, in chunks of about a megabyte. Each is valid
 * until the next but one is asked for.
 *
 * Channels that the simulator doesn't know, or that lie in another backend than asked for, are
 * missing from the reply.
 */
export function* jsonReply(query: Query, rings: TextRings): Generator<Buffer> {
  const chunks = new ChunkPair();
  let open = '[';
  for (const asked of query.channels) {
    const channel = findChannel(asked.name);
    if (channel?.backend !== asked.backend) continue;
    yield* put(chunks, open);
    yield* channelReply(channel, query, rings, chunks);
    open = ',';
  }
  yield* put(chunks, open === '[' ? '[]' : ']');
  yield chunks.take();
}

/** The data buffer names and types a channel after its data, the image buffer before. */
function* channelReply(
  channel: SimulatedChannel,
  query: Query,
  rings: TextRings,
  chunks: ChunkPair,
): Generator<Buffer> {
  const { name, backend } = channel;
  const config = Object.fromEntries(query.configFields.map((field) => [field, channel[field]]));
  const description = `"configs":[${JSON.stringify(config)}],"channel":${JSON.stringify({ name, backend })}`;
  const dataFirst = backend === 'sf-databuffer';
  yield* put(chunks, dataFirst ? '{"data":[' : `{${description},"data":[`);
  if (isScalar(channel)) yield* scalarPoints(channel, query, chunks);
  else yield* arrayPoints(channel, query, rings, chunks);
  yield* put(chunks, dataFirst ? `],${description}}` : ']}');
}

function* scalarPoints(
  channel: SimulatedChannel,
  query: Query,
  chunks: ChunkPair,
): Generator<Buffer> {
  const { startPulseId, endPulseId } = query.range;
  const { type, spelling } = channel;
  const seed = seedOf(channel.name);
  const point = new PointText(channel, query.eventFields);
  let separator = '';
  for (const pulseId of pulsesOf(channel, startPulseId, endPulseId)) {
    let text = separator + point.before(pulseId);
    if (point.hasValue) {
      const value = jsonText(elementAt(channel, pulseId, seed), type, spelling);
      text += spelling === 'listed' ? `[${value}]` : value;
    }
    text += point.after;
    if (!chunks.fits(text)) yield chunks.take();
    chunks.addText(text);
    separator = ',';
  }
}

function* arrayPoints(
  channel: SimulatedChannel,
  query: Query,
  rings: TextRings,
  chunks: ChunkPair,
): Generator<Buffer> {
  const { startPulseId, endPulseId } = query.range;
  const length = elementsPerValue(channel.shape);
  const seed = seedOf(channel.name);
  const ring = rings.of(channel);
  const point = new PointText(channel, query.eventFields);
  let separator = '';
  for (const pulseId of pulsesOf(channel, startPulseId, endPulseId)) {
    yield* put(chunks, separator + point.before(pulseId));
    if (point.hasValue) {
      yield* put(chunks, '[');
      for (const bytes of ring.window(ringOffset(channel, seed, pulseId), length)) {
        for (let copied = 0; copied < bytes.length;) {
          if (chunks.isFull) yield chunks.take();
          copied += chunks.addBytes(bytes, copied);
        }
      }
      yield* put(chunks, ']');
    }
    yield* put(chunks, point.after);
    separator = ',';
  }
}

function* put(chunks: ChunkPair, text: string): Generator<Buffer> {
  if (!chunks.fits(text)) yield chunks.take();
  chunks.addText(text);
}
