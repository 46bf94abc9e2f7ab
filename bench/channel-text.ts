import { GlobalDates } from '../src/databuffer/simulator/pulse-clock.js';
import { Signal, float32Text } from './signal.js';
import { FIRST_PULSE_ID, type ServedChannel } from './workload.js';

/** The text of a channel's points of one block, and where in it pulse ids and dates stand. */
interface PointBlock {
  readonly text: Buffer;
  readonly pulseIdAt: Float64Array;
  readonly dateAt: Float64Array;
}

/** A channel's object in a JSON reply, built once and served for any number of blocks. */
export class ChannelText {
  private readonly block: PointBlock;
  private readonly head: string;
  private readonly tail: string;

  constructor(
    channel: ServedChannel,
    private readonly pulses: number,
    seed: number,
  ) {
    const configs = `"configs":[{"type":"${channel.type}","shape":${JSON.stringify(channel.shape)}}]`;
    const named = `"channel":${JSON.stringify({ name: channel.name, backend: channel.backend })}`;
    // As recorded: the data buffer tells type and name last, the image buffer first.
    const fromImageBuffer = channel.backend === 'sf-imagebuffer';
    this.head = fromImageBuffer ? `{${configs},${named},"data":[` : '{"data":[';
    this.tail = fromImageBuffer ? ']}' : `],${configs},${named}}`;
    this.block = pointBlock(channel, pulses, new Signal(channel, seed));
  }

  /** The channel's object for so many blocks of pulses, in pieces that the receiver owns. */
  *pieces(blocks: number): Generator<Buffer> {
    yield Buffer.from(this.head);
    for (let n = 0; n < blocks; n++) {
      if (n > 0) yield Buffer.from(',');
      yield n === 0 ? this.block.text : this.moved(n * this.pulses);
    }
    yield Buffer.from(this.tail);
  }

  /** Bytes of the channel's object for so many blocks. */
  byteLength(blocks: number): number {
    return this.head.length + this.tail.length + blocks * (this.block.text.length + 1) - 1;
  }

  /** The block as it is a number of pulses later. */
  private moved(by: number): Buffer {
    const { text, pulseIdAt, dateAt } = this.block;
    const copy = Buffer.from(text);
    const dates = new GlobalDates();
    for (let n = 0; n < this.pulses; n++) {
      const pulseId = FIRST_PULSE_ID + by + n;
      copy.write(String(pulseId), pulseIdAt[n], 'latin1');
      copy.write(dates.of(pulseId), dateAt[n], 'latin1');
    }
    return copy;
  }
}

function pointBlock(channel: ServedChannel, pulses: number, signal: Signal): PointBlock {
  const text = new AsciiText();
  const pulseIdAt = new Float64Array(pulses);
  const dateAt = new Float64Array(pulses);
  const dates = new GlobalDates();
  const addValue = valueWriter(channel, signal, text);
  const shape = `"shape":${JSON.stringify(channel.shape)}`;
  const addPulseId = (n: number) => {
    text.add('"pulseId":');
    pulseIdAt[n] = text.length;
    text.add(String(FIRST_PULSE_ID + n));
  };
  const addDate = (n: number) => {
    text.add('"globalDate":"');
    dateAt[n] = text.length;
    text.add(`${dates.of(FIRST_PULSE_ID + n)}"`);
  };
  for (let n = 0; n < pulses; n++) {
    text.add(n === 0 ? '{' : ',{');
    if (channel.backend === 'sf-imagebuffer') {
      text.add(`${shape},`);
      addDate(n);
      text.add(',');
      addPulseId(n);
      text.add(',"value":');
      addValue(FIRST_PULSE_ID + n);
    } else {
      addPulseId(n);
      text.add(`,${shape},"value":`);
      addValue(FIRST_PULSE_ID + n);
      text.add(',');
      addDate(n);
    }
    text.add('}');
  }
  return { text: text.bytes(), pulseIdAt, dateAt };
}

/** What adds the text of the value at a pulse. */
function valueWriter(
  channel: ServedChannel,
  signal: Signal,
  text: AsciiText,
): (pulseId: number) => void {
  const length = channel.shape.reduce((product, each) => product * each, 1);
  if (length === 1) return (pulseId) => text.add(String(signal.scalarAt(pulseId)));
  const ring = signal.ring();
  const texts = Array.from(ring, channel.type === 'float32' ? float32Text : String);
  const starts = new Uint32Array(ring.length + 1);
  for (const [n, { length }] of texts.entries()) starts[n + 1] = starts[n] + length + 1;
  const bytes = Buffer.from(`${texts.join(',')},`);
  return (pulseId) => {
    const from = signal.offsetAt(pulseId, ring.length);
    const to = Math.min(ring.length, from + length);
    const wrapped = length - (to - from);
    text.add('[');
    text.addBytes(bytes.subarray(starts[from], starts[to] - (wrapped === 0 ? 1 : 0)));
    if (wrapped > 0) text.addBytes(bytes.subarray(0, starts[wrapped] - 1));
    text.add(']');
  };
}

/** ASCII text that grows, of strings and of bytes. */
class AsciiText {
  length = 0;
  private readonly parts: Buffer[] = [];
  private pending = '';

  add(text: string): void {
    this.pending += text;
    this.length += text.length;
    if (this.pending.length > 2 ** 16) this.flush();
  }

  addBytes(bytes: Buffer): void {
    this.flush();
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  bytes(): Buffer {
    this.flush();
    return Buffer.concat(this.parts);
  }

  private flush(): void {
    this.parts.push(Buffer.from(this.pending, 'latin1'));
    this.pending = '';
  }
}
