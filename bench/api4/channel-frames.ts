import { timestampOf } from '../../src/databuffer/simulator/pulse-clock.js';
import { Signal } from '../signal.js';
import { FIRST_PULSE_ID, type ServedChannel, valueBytes } from '../workload.js';
import { CborWriter } from './cbor-writer.js';

/** Rows of a frame, and bytes of values in memory at most. */
const MAX_ROWS = 1024;
const MAX_BYTES = 256 * 1024;

const HEAD = 16;
const SCALAR_TYPES = { float64: 'f64', float32: 'f32', uint16: 'u16' };

/** A frame of rows. What changes with the pulses stands before the values. */
interface RowFrame {
  /** Head and all before the values. */
  readonly before: Buffer;
  /** With the padding. */
  readonly values: Buffer;
  /** Both, as they are for the first pulses. */
  readonly whole: Buffer;
  readonly pulseIdAt: readonly number[];
  readonly timeAt: readonly number[];
}

/** A channel's reply to `/events`, built once and served for any number of blocks of pulses. */
export class ChannelFrames {
  private readonly frames: readonly RowFrame[] = [];
  private readonly final = framed(rangeFinal());

  constructor(
    channel: ServedChannel,
    private readonly pulses: number,
    seed: number,
  ) {
    const valueOf = valuesOf(channel, new Signal(channel, seed));
    const rows = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_BYTES / valueBytes(channel))));
    this.frames = Array.from({ length: Math.ceil(pulses / rows) }, (_, n) =>
      rowFrame(channel, n * rows, Math.min(pulses, (n + 1) * rows), valueOf),
    );
  }

  /** The reply for so many blocks, in pieces that the receiver may keep. */
  *pieces(blocks: number): Generator<Buffer> {
    for (const { whole } of this.frames) yield whole;
    for (let n = 1; n < blocks; n++) {
      for (const frame of this.frames) {
        yield moved(frame, n * this.pulses);
        yield frame.values;
      }
    }
    yield this.final;
  }
}

/** What lies before a frame's values, as it is a number of pulses later. */
function moved({ before, pulseIdAt, timeAt }: RowFrame, by: number): Buffer {
  const copy = Buffer.from(before);
  for (const [n, at] of pulseIdAt.entries()) {
    const pulseId = before.readBigUInt64BE(at) + BigInt(by);
    copy.writeBigUInt64BE(pulseId, at);
    copy.writeBigUInt64BE(timestampOf(Number(pulseId)), timeAt[n]);
  }
  return copy;
}

type WriteValue = (cbor: CborWriter, pulseId: number) => void;

/** What writes the value at a pulse. */
function valuesOf({ type, shape }: ServedChannel, signal: Signal): WriteValue {
  const length = shape.reduce((product, each) => product * each, 1);
  if (length === 1) return (cbor, pulseId) => cbor.float(signal.scalarAt(pulseId));
  if (type === 'uint16') throw new Error('images are not served by this protocol');
  const ring = signal.ring();
  return (cbor, pulseId) => {
    const from = signal.offsetAt(pulseId, ring.length);
    cbor.array(length);
    for (let n = 0; n < length; n++) cbor.float(ring[(from + n) % ring.length]);
  };
}

/** Keys in order, as the server sorts them. */
function rowFrame(
  { type }: ServedChannel,
  first: number,
  end: number,
  writeValue: WriteValue,
): RowFrame {
  const rows = Array.from({ length: end - first }, (_, n) => FIRST_PULSE_ID + first + n);
  const cbor = new CborWriter();
  cbor.map(4);
  cbor.text('pulses');
  cbor.array(rows.length);
  const pulseIdAt = rows.map((pulseId) => HEAD + cbor.longUnsigned(BigInt(pulseId)));
  cbor.text('scalar_type');
  cbor.text(SCALAR_TYPES[type]);
  cbor.text('tss');
  cbor.array(rows.length);
  const timeAt = rows.map((pulseId) => HEAD + cbor.longUnsigned(timestampOf(pulseId)));
  cbor.text('values');
  cbor.array(rows.length);
  const before = HEAD + cbor.length;
  for (const pulseId of rows) writeValue(cbor, pulseId);
  const whole = framed(cbor.take());
  return {
    ...{ whole, pulseIdAt, timeAt },
    ...{ before: whole.subarray(0, before), values: whole.subarray(before) },
  };
}

function rangeFinal(): Buffer {
  const cbor = new CborWriter();
  cbor.map(1);
  cbor.text('rangeFinal');
  cbor.true();
  return cbor.take();
}

/** The length in 16 bytes, the item, zeros up to a multiple of eight. */
function framed(item: Buffer): Buffer {
  const frame = Buffer.alloc(HEAD + Math.ceil(item.length / 8) * 8);
  frame.writeUInt32LE(item.length);
  frame.set(item, HEAD);
  return frame;
}
