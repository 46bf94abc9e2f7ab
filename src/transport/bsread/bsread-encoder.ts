import { createHash } from 'node:crypto';
import type { ElementType } from '../../encoding/element-type.js';
import { writeElements } from './bsread-elements.js';
import type { BsreadTimestamp, BsreadValue, ByteOrder } from './bsread-message.js';
import { UnencodableValue } from '../errors.js';

/** A channel to send; what is left out is `[1]`, little, and the message's global timestamp. */
export interface ChannelToSend {
  readonly name: string;
  readonly type: ElementType;
  /** Undefined is sent as a missing value. */
  readonly value: BsreadValue | undefined;
  readonly shape?: readonly number[];
  readonly encoding?: ByteOrder;
  readonly timestamp?: BsreadTimestamp;
}

/**
 * The frames of a bsread 1.1 message: main header, data header, then value and timestamp of each
 * channel in the order given.
 *
 * @param pulseId counter of the sender's messages, from 0
 * @throws UnencodableValue naming the channel whose value is not of its type and shape
 */
export function encodeMessage(
  pulseId: number,
  globalTimestamp: BsreadTimestamp,
  channels: readonly ChannelToSend[],
): Buffer[] {
  const dataHeader = Buffer.from(
    JSON.stringify({
      htype: 'bsr_d-1.1',
      channels: channels.map(({ name, type, shape = [1], encoding = 'little' }) => ({
        name,
        type,
        shape,
        encoding,
      })),
    }),
  );
  const mainHeader = Buffer.from(
    JSON.stringify({
      htype: 'bsr_m-1.1',
      pulse_id: pulseId,
      global_timestamp: { sec: globalTimestamp.sec, ns: globalTimestamp.ns },
      hash: createHash('md5').update(dataHeader).digest('hex'),
    }),
  );
  return [
    mainHeader,
    dataHeader,
    ...channels.flatMap((channel) => encode(channel, globalTimestamp)),
  ];
}

function encode(channel: ChannelToSend, globalTimestamp: BsreadTimestamp): Buffer[] {
  const { value, encoding = 'little', timestamp = globalTimestamp } = channel;
  if (value === undefined) return [Buffer.alloc(0), Buffer.alloc(0)];
  const bytes = encodeValue(channel, value);
  const time = writeElements([timestamp.sec, timestamp.ns], 'int64', encoding);
  if (!bytes || !time) throw new UnencodableValue(channel.name, channel.type);
  return [bytes, time];
}

function encodeValue(channel: ChannelToSend, value: BsreadValue): Buffer | undefined {
  const { type, shape = [1], encoding = 'little' } = channel;
  if (type === 'string') return typeof value === 'string' ? Buffer.from(value) : undefined;
  if (typeof value === 'string') return undefined;
  const elements = typeof value === 'object' ? value : [value];
  if (elements.length !== shape.reduce((product, extent) => product * extent, 1)) return undefined;
  return writeElements(elements, type, encoding);
}
