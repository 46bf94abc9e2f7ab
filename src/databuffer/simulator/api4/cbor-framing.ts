import { isScalar } from '../simulated-channel.js';
import { type Api4Channel, ChannelValues, isPulsed, scalarTypeOf, timeOf } from './api4-channel.js';
import { writeElement } from './cbor-element.js';
import type { CborRing, CborRings } from './cbor-rings.js';
import { CborWriter } from './cbor-writer.js';
import { type Batch, type Framing, type Item, totalLength } from './framing.js';

const HEAD_BYTES = 16;
const ALIGNMENT = 8;

/** `application/cbor-framed`: `uint32` length, little endian, twelve zeros, one CBOR map, zeros up to eight bytes. */
export class CborFraming implements Framing {
  readonly batch: Batch;

  constructor(channel: Api4Channel, rings: CborRings) {
    const values = new ChannelValues(channel);
    this.batch = isScalar(channel)
      ? new ScalarBatch(values)
      : new WaveformBatch(values, rings.of(channel));
  }

  item(item: Item): Buffer {
    const writer = new CborWriter();
    const keys = Object.keys(item).sort();
    writer.map(keys.length);
    for (const key of keys) {
      writer.text(key);
      const value = item[key];
      if (value === true) writer.boolean(value);
      else writer.text(value);
    }
    return Buffer.concat(framed([writer.take()]));
  }
}

abstract class CborBatch implements Batch {
  rows = 0;
  private readonly times = new CborWriter();
  private readonly pulses = new CborWriter();
  protected readonly values: ChannelValues;

  constructor(values: ChannelValues) {
    this.values = values;
  }

  abstract readonly bytes: number;
  protected abstract addValue(pulseId: number): void;
  /** The items of `values`. */
  protected abstract takeValues(): readonly Buffer[];
  /** The items of `valuestrings`, of an enum. */
  protected abstract takeNames(): Buffer;

  add(pulseId: number): void {
    const { channel } = this.values;
    this.times.integer(timeOf(channel, pulseId));
    if (isPulsed(channel)) this.pulses.integer(pulseId);
    this.addValue(pulseId);
    this.rows++;
  }

  /** Keys are sorted. */
  take(): readonly Buffer[] {
    const { rows, values } = this;
    const { channel } = values;
    const isEnum = channel.enumNames !== undefined;
    const pulsed = isPulsed(channel);
    const head = new CborWriter();
    const heading = (key: string) => {
      head.text(key);
      head.array(rows);
      return head.take();
    };
    head.map(3 + (pulsed ? 1 : 0) + (isEnum ? 1 : 0));
    const pieces: Buffer[] = [];
    if (pulsed) pieces.push(heading('pulses'), this.pulses.take());
    head.text('scalar_type');
    head.text(scalarTypeOf(channel));
    pieces.push(heading('tss'), this.times.take(), heading('values'), ...this.takeValues());
    if (isEnum) pieces.push(heading('valuestrings'), this.takeNames());
    this.rows = 0;
    return framed(pieces);
  }
}

class ScalarBatch extends CborBatch {
  private readonly written = new CborWriter();
  private readonly names = new CborWriter();

  get bytes(): number {
    return this.written.length + this.names.length;
  }

  protected addValue(pulseId: number): void {
    const { values } = this;
    const value = values.scalar(pulseId);
    writeElement(this.written, value, values.channel.type);
    if (values.channel.enumNames !== undefined) this.names.text(values.nameOf(value));
  }

  protected takeValues(): readonly Buffer[] {
    return [this.written.take()];
  }

  protected takeNames(): Buffer {
    return this.names.take();
  }
}

class WaveformBatch extends CborBatch {
  bytes = 0;
  private pieces: Buffer[] = [];
  private readonly head = new CborWriter();

  constructor(
    values: ChannelValues,
    private readonly ring: CborRing,
  ) {
    super(values);
  }

  protected addValue(pulseId: number): void {
    const { offset, length } = this.values.window(pulseId);
    this.head.array(length);
    const pieces = [this.head.take(), ...this.ring.window(offset, length)];
    this.bytes += totalLength(pieces);
    this.pieces.push(...pieces);
  }

  protected takeValues(): readonly Buffer[] {
    const { pieces } = this;
    this.pieces = [];
    this.bytes = 0;
    return pieces;
  }

  protected takeNames(): Buffer {
    return Buffer.alloc(0);
  }
}

function framed(pieces: readonly Buffer[]): readonly Buffer[] {
  const length = totalLength(pieces);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(length);
  return [head, ...pieces, Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT)];
}
