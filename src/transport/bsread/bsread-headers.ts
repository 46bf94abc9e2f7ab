import { createHash } from 'node:crypto';
import { type ElementType, elementTypeOf } from '../../encoding/element-type.js';
import { CorruptData } from '../../encoding/lz4-block.js';
import {
  COMPRESSIONS,
  type BsreadCompression,
  isCompression,
  unpack,
} from './bsread-compression.js';
import type { BsreadTimestamp, ByteOrder, UnreadableChannel } from './bsread-message.js';
import { MalformedMessage } from '../errors.js';

/** A channel as the data header announces it. */
export interface AnnouncedChannel {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly encoding: ByteOrder;
  readonly compression: BsreadCompression;
}

export interface MainHeader {
  readonly pulseId: number;
  readonly globalTimestamp: BsreadTimestamp | undefined;
}

/** Room for some 10,000 channels. JSON.parse needs 0.25 s for each MiB of the worst noise. */
const MAX_HEADER = 1024 * 1024;
const MAX_RANK = 32;

/**
 * The two headers of a message, the second checked against the hash in the first.
 *
 * @throws MalformedMessage
 */
export function readHeaders(
  mainFrame: Buffer,
  dataFrame: Buffer,
): { main: MainHeader; channels: (AnnouncedChannel | UnreadableChannel)[] } {
  const main = parseHeader('main header', mainFrame, 'bsr_m-1.');
  const hash = createHash('md5').update(dataFrame).digest('hex');
  if (typeof main.hash !== 'string') throw badField('main header', 'hash', 'text', main.hash);
  if (main.hash.toLowerCase() !== hash) {
    const announced = main.hash.slice(0, 40);
    throw new MalformedMessage(
      'hash_mismatch',
      'data header',
      `has the hash ${hash}, not ${announced}`,
    );
  }
  if (!Number.isInteger(main.pulse_id)) {
    throw badField('main header', 'pulse_id', 'integer', main.pulse_id);
  }
  const unpacked = unpackDataHeader(dataFrame, compressionOf('data header', main.dh_compression));
  const data = parseHeader('data header', unpacked, 'bsr_d-1.');
  if (!Array.isArray(data.channels)) {
    throw badField('data header', 'channels', 'list', data.channels);
  }
  return {
    main: {
      pulseId: main.pulse_id as number,
      globalTimestamp: readGlobalTimestamp(main.global_timestamp),
    },
    channels: data.channels.map((channel, index) => readChannel(channel, index)),
  };
}

/** How a problem names a channel. */
export function channelPart(name: string): string {
  return `channel ${JSON.stringify(name.slice(0, 255))}`;
}

function unpackDataHeader(frame: Buffer, compression: BsreadCompression): Buffer {
  try {
    return unpack(compression, frame, { elementSize: 1, largest: MAX_HEADER });
  } catch (error) {
    if (!(error instanceof CorruptData)) throw error;
    throw new MalformedMessage('bad_header', 'data header', error.message);
  }
}

function parseHeader(part: string, frame: Buffer, htype: string): Record<string, unknown> {
  if (frame.length > MAX_HEADER) {
    throw new MalformedMessage('bad_header', part, `has ${frame.length} bytes`);
  }
  let header: unknown;
  try {
    header = JSON.parse(frame.toString());
  } catch {
    const start = JSON.stringify(frame.toString('latin1', 0, 40));
    throw new MalformedMessage('bad_header', part, `is not JSON, it starts with ${start}`);
  }
  if (!isObject(header)) throw new MalformedMessage('bad_header', part, `is ${describe(header)}`);
  if (typeof header.htype !== 'string' || !header.htype.startsWith(htype)) {
    throw badField(part, 'htype', `${htype}x`, header.htype);
  }
  return header;
}

function readGlobalTimestamp(value: unknown): BsreadTimestamp | undefined {
  const { sec, epoch, ns } = isObject(value) ? value : {};
  const seconds = sec ?? epoch;
  if (!Number.isFinite(seconds) || !Number.isFinite(ns)) return undefined;
  return { sec: seconds as number, ns: ns as number };
}

function readChannel(header: unknown, index: number): AnnouncedChannel | UnreadableChannel {
  if (!isObject(header) || typeof header.name !== 'string') {
    throw badField('data header', `channels[${index}]`, 'object with a name', header);
  }
  const { name } = header;
  return readable(name, () => readDescription(name, header));
}

/** The result of `read`, or the channel with its problem. */
export function readable<T>(name: string, read: () => T): T | UnreadableChannel {
  try {
    return read();
  } catch (problem) {
    if (!(problem instanceof MalformedMessage)) throw problem;
    return { name, value: undefined, timestamp: undefined, problem };
  }
}

function readDescription(name: string, header: Record<string, unknown>): AnnouncedChannel {
  const part = channelPart(name);
  const type = elementTypeOf(header.type ?? 'float64');
  if (!type) {
    throw new MalformedMessage('unknown_type', part, `has the type ${describe(header.type)}`);
  }
  const encoding = header.encoding ?? 'little';
  if (encoding !== 'little' && encoding !== 'big') {
    throw badField(part, 'encoding', 'little or big', encoding);
  }
  const shape = header.shape ?? [1];
  if (!isShape(shape)) throw badField(part, 'shape', 'list of sizes', shape);
  const compression = compressionOf(part, header.compression);
  return { name, type, shape, encoding, compression };
}

function compressionOf(part: string, compression: unknown): BsreadCompression {
  if (compression === undefined || compression === null) return 'none';
  if (isCompression(compression)) return compression;
  throw new MalformedMessage(
    'unsupported_compression',
    part,
    `has the compression ${describe(compression)}; understood are ${COMPRESSIONS.join(', ')}`,
  );
}

function isShape(shape: unknown): shape is number[] {
  return (
    Array.isArray(shape) &&
    shape.length <= MAX_RANK &&
    shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badField(part: string, field: string, expected: string, found: unknown): MalformedMessage {
  const problem = `has ${describe(found)} as ${field}, where ${expected} is expected`;
  return new MalformedMessage('bad_header', part, problem);
}

// Never the whole of it: what came in can be large and nested without end.
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(value).slice(0, 60);
}
