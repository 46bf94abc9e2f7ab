import { bytesPerElement } from '../../encoding/element-type.js';
import { CorruptData } from '../../encoding/lz4-block.js';
import { unpack } from './bsread-compression.js';
import { readElements } from './bsread-elements.js';
import { type AnnouncedChannel, channelPart, readHeaders, readable } from './bsread-headers.js';
import type {
  BsreadChannel,
  BsreadMessage,
  BsreadTimestamp,
  BsreadValue,
  UnreadableChannel,
} from './bsread-message.js';
import { MalformedMessage } from '../errors.js';

/** Main header and data header. */
const HEADER_FRAMES = 2;
/** Value and timestamp. */
const FRAMES_PER_CHANNEL = 2;
const TIMESTAMP_SIZE = 16;

/**
 * A bsread 1.x message from its frames. A channel that can't be read is included with its problem:
 * receivers look channels up by name, and an unreadable one that they don't need does no harm.
 *
 * @throws MalformedMessage if the frames, whatever they hold, do not make a message
 */
export function decodeMessage(frames: readonly Buffer[]): BsreadMessage {
  if (frames.length < HEADER_FRAMES) {
    throw new MalformedMessage(
      'frame_count',
      'message',
      `has ${frames.length} frames, not 2 or more`,
    );
  }
  const { main, channels: headers } = readHeaders(frames[0], frames[1]);
  const expected = HEADER_FRAMES + FRAMES_PER_CHANNEL * headers.length;
  if (frames.length !== expected) {
    const problem = `has ${frames.length} frames, not ${expected} for ${headers.length} channels`;
    throw new MalformedMessage('frame_count', 'message', problem);
  }
  const channels = new Map<string, BsreadChannel | UnreadableChannel>();
  headers.forEach((header, index) => {
    if (channels.has(header.name)) {
      throw new MalformedMessage('bad_header', channelPart(header.name), 'is there twice');
    }
    const at = HEADER_FRAMES + FRAMES_PER_CHANNEL * index;
    const [value, time] = [frames[at], frames[at + 1]];
    const channel =
      'problem' in header
        ? header
        : readable(header.name, () => decodeChannel(header, value, time));
    channels.set(header.name, channel);
  });
  return { ...main, channels };
}

function decodeChannel(header: AnnouncedChannel, bytes: Buffer, time: Buffer): BsreadChannel {
  const { name, type, shape, encoding } = header;
  const missing = bytes.length === 0 && time.length === 0;
  return {
    name,
    type,
    shape,
    encoding,
    value: missing ? undefined : decodeValue(header, bytes),
    timestamp: decodeTimestamp(header, time),
  };
}

function decodeValue(header: AnnouncedChannel, frame: Buffer): BsreadValue {
  if (header.type === 'string') return decodeText(header, frame);
  const size = bytesPerElement(header.type);
  const expected = header.shape.reduce((product, extent) => product * extent, size);
  const bytes = unpacked(header, frame, size, expected);
  if (bytes.length !== expected) {
    const announced = `${header.type} of shape [${header.shape.join(', ').slice(0, 60)}]`;
    throw badValue(header, `has ${bytes.length} bytes, not ${expected} as ${announced}`);
  }
  const elements = readElements(bytes, header.type, header.encoding);
  const isScalar = header.shape.length <= 1 && elements.length === 1;
  return isScalar ? elements[0] : elements;
}

function decodeText(header: AnnouncedChannel, frame: Buffer): string {
  const bytes = unpacked(header, frame, 1);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badValue(header, 'is not UTF-8 text');
  }
}

function unpacked(
  header: AnnouncedChannel,
  frame: Buffer,
  elementSize: number,
  size?: number,
): Buffer {
  try {
    return unpack(header.compression, frame, { elementSize, size });
  } catch (error) {
    if (!(error instanceof CorruptData)) throw error;
    throw badValue(header, error.message);
  }
}

function decodeTimestamp(header: AnnouncedChannel, time: Buffer): BsreadTimestamp | undefined {
  if (time.length === 0) return undefined;
  if (time.length !== TIMESTAMP_SIZE) {
    throw badValue(header, `has a timestamp of ${time.length} bytes, not ${TIMESTAMP_SIZE}`);
  }
  const [sec, ns] = Array.from(readElements(time, 'int64', header.encoding), Number);
  return { sec, ns };
}

function badValue(header: AnnouncedChannel, problem: string): MalformedMessage {
  return new MalformedMessage('bad_value', channelPart(header.name), problem);
}
