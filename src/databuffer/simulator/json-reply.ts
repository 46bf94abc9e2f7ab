import { elementsPerValue } from '../../rows/row-block.js';
import { askedPulses } from './asked-pulses.js';
import { findChannelOf } from './catalogue.js';
import { SOURCE } from './channel-lists.js';
import { ChunkPair } from './chunk-pair.js';
import { jsonText } from './json-text.js';
import { PointText } from './point-text.js';
import { GlobalDates, globalMillisOf, globalSecondsOf } from './pulse-clock.js';
import type { ConfigField, SimulatorQuery } from './query.js';
import { ringOffset } from './ring.js';
import { elementAt, seedOf } from './signals.js';
import { type SimulatedChannel, isScalar, pulseStep } from './simulated-channel.js';
import type { TextRings } from './text-rings.js';

/**
 * The reply to a query as the data API sends it, in chunks of about a megabyte. Each is valid
 * until the next but one is asked for.
 *
 * Channels that the simulator doesn't know, or that lie in another backend than asked for, are
 * missing from the reply.
 */
export function* jsonReply(query: SimulatorQuery, rings: TextRings): Generator<Buffer> {
  const chunks = new ChunkPair();
  let open = '[';
  for (const asked of query.channels) {
    const channel = findChannelOf(asked);
    if (!channel) continue;
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
  query: SimulatorQuery,
  rings: TextRings,
  chunks: ChunkPair,
): Generator<Buffer> {
  const { name, backend } = channel;
  const configs = configText(channel, query.configFields);
  const description = `${configs}"channel":${JSON.stringify({ name, backend })}`;
  const dataFirst = backend === 'sf-databuffer';
  yield* put(chunks, dataFirst ? '{"data":[' : `{${description},"data":[`);
  if (isScalar(channel)) yield* scalarPoints(channel, query, chunks);
  else yield* arrayPoints(channel, query, rings, chunks);
  yield* put(chunks, dataFirst ? `],${description}}` : ']}');
}

/** Configs are left out unless fields are asked for. */
function configText(channel: SimulatedChannel, fields: SimulatorQuery['configFields']): string {
  if (fields.length === 0) return '';
  const { name, backend, type, shape, description } = channel;
  const config: Record<ConfigField, unknown> = {
    ...{ backend, channel: name, name, type, shape, description, source: SOURCE, unit: '' },
    ...{ modulo: pulseStep(channel) ?? 1, offset: 0, pulseId: 0 },
    globalDate: new GlobalDates().of(0),
    globalMillis: globalMillisOf(0),
    globalSeconds: globalSecondsOf(0),
  };
  const asked = Object.fromEntries(fields.map((field) => [field, config[field]]));
  return `"configs":[${JSON.stringify(asked)}],`;
}

function* scalarPoints(
  channel: SimulatedChannel,
  query: SimulatorQuery,
  chunks: ChunkPair,
): Generator<Buffer> {
  const { type, spelling } = channel;
  const seed = seedOf(channel.name);
  const point = new PointText(channel, query.eventFields);
  let separator = '';
  for (const pulseId of askedPulses(channel, query)) {
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
  query: SimulatorQuery,
  rings: TextRings,
  chunks: ChunkPair,
): Generator<Buffer> {
  const length = elementsPerValue(channel.shape);
  const seed = seedOf(channel.name);
  const ring = rings.of(channel);
  const point = new PointText(channel, query.eventFields);
  let separator = '';
  for (const pulseId of askedPulses(channel, query)) {
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
