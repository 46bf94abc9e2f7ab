import { bytesPerElement, newNumericArray, type NumericType } from '../../encoding/element-type.js';
import { elementsPerValue } from '../../rows/row-block.js';
import { askedPulses } from './asked-pulses.js';
import type { ByteRings, NumericChannel } from './byte-rings.js';
import { findChannel } from './catalogue.js';
import { ChunkPair } from './chunk-pair.js';
import { timestampOf } from './pulse-clock.js';
import type { SimulatorQuery } from './query.js';
import { ringOffset } from './ring.js';
import { elementAt, type Scalar, seedOf } from './signals.js';
import { isScalar, type SimulatedChannel } from './simulated-channel.js';

const CHANNEL_HEADER = 0;
const EVENT = 1;
/** Type, `int64` nanoseconds since the epoch, `int64` pulse id. */
const BEFORE_VALUE = 17;

/**
 * The reply to a query in the binary protocol, in chunks of about a megabyte. Each is valid until the
 * next but one is asked for.
 *
 * Scalars are big endian, waveforms little endian, both plain; images are packed with bitshuffle-LZ4.
 * Points that are null or an empty text are left out: an event has a value of a byte at least. A value can be one string, not several: channels of these have no
 * data here, as those have that never have any. Channels that the simulator doesn't know are missing.
 */
export function* binaryReply(query: SimulatorQuery, rings: ByteRings): Generator<Buffer> {
  const chunks = new ChunkPair();
  for (const { name } of query.channels) {
    const channel = findChannel(name);
    if (channel !== undefined) yield* put(chunks, channelFrames(channel, query, rings));
  }
  yield chunks.take();
}

/** Copies pieces into chunks. */
function* put(chunks: ChunkPair, pieces: Iterable<Buffer>): Generator<Buffer> {
  for (const piece of pieces) {
    for (let copied = 0; copied < piece.length;) {
      if (chunks.isFull) yield chunks.take();
      copied += chunks.addBytes(piece, copied);
    }
  }
}

function* channelFrames(
  channel: SimulatedChannel,
  query: SimulatorQuery,
  rings: ByteRings,
): Generator<Buffer> {
  const { name, type, shape } = channel;
  if (channel.rate === 0 || (type === 'string' && !isScalar(channel))) {
    yield* headerFrame({ name });
    return;
  }
  const packed = shape.length > 1;
  const byteOrder = isScalar(channel) ? 'BIG_ENDIAN' : 'LITTLE_ENDIAN';
  const wireType = type === 'bool' ? 'bool8' : type;
  yield* headerFrame({ name, type: wireType, byteOrder, shape, ...(packed && { compression: 1 }) });
  const valueAt = isScalar(channel)
    ? scalarsOf(channel)
    : windowsOf(channel as NumericChannel, rings, packed);
  for (const pulseId of askedPulses(channel, query)) {
    yield* eventFrame(pulseId, valueAt(pulseId));
  }
}

type Values = (pulseId: number) => readonly Buffer[];

function windowsOf(channel: NumericChannel, rings: ByteRings, packed: boolean): Values {
  const length = elementsPerValue(channel.shape);
  const seed = seedOf(channel.name);
  const ring = rings.of(channel);
  return (pulseId) => {
    const offset = ringOffset(channel, seed, pulseId);
    return packed ? ring.packedWindow(offset, length) : [...ring.window(offset, length)];
  };
}

function scalarsOf(channel: SimulatedChannel): Values {
  const seed = seedOf(channel.name);
  return (pulseId) => [scalarBytes(elementAt(channel, pulseId, seed), channel.type)];
}

function scalarBytes(value: Scalar, type: SimulatedChannel['type']): Buffer {
  if (value === null) return Buffer.alloc(0);
  if (typeof value === 'string') return Buffer.from(value);
  const array = newNumericArray(type as NumericType, 1);
  array[0] = (typeof value === 'boolean' ? Number(value) : value) as never;
  return Buffer.from(array.buffer, 0, bytesPerElement(type as NumericType)).reverse();
}

function* headerFrame(header: object): Generator<Buffer> {
  const json = Buffer.from(JSON.stringify(header));
  const length = lengthOf(1 + json.length);
  yield* [length, Buffer.of(CHANNEL_HEADER), json, length];
}

function* eventFrame(pulseId: number, value: readonly Buffer[]): Generator<Buffer> {
  const bytes = value.reduce((sum, { length }) => sum + length, BEFORE_VALUE);
  if (bytes === BEFORE_VALUE) return;
  const before = Buffer.alloc(4 + BEFORE_VALUE);
  before.writeInt32BE(bytes);
  before.writeInt8(EVENT, 4);
  before.writeBigInt64BE(timestampOf(pulseId), 5);
  before.writeBigInt64BE(BigInt(pulseId), 13);
  yield before;
  yield* value;
  yield lengthOf(bytes);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes);
  return length;
}
