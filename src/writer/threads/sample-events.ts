import { CborWriter } from '../../databuffer/simulator/api4/cbor-writer.js';
import type { TimeRange } from '../../databuffer/time-range.js';

const SCALARS = 24;
const POINTS = 2000;
const FEW_POINTS = 20;
const WAVEFORMS = [
  { name: 'WAVEFORM', rows: 120, length: 1024 },
  { name: 'LONG', rows: 800, length: 2048 },
];
/** Rows of a frame, as servers send them together. */
const POINTS_PER_FRAME = 500;
const WAVEFORMS_PER_FRAME = 20;
const FIRST_NS = 1_528_459_491_000_000_000n;
const NS_PER_PULSE = 10_000_000n;

/** Of all samples. */
export const SAMPLE_TIMES: TimeRange = {
  start: FIRST_NS,
  end: FIRST_NS + BigInt(POINTS + 1) * NS_PER_PULSE,
};

/** By channel: frames as data API 4 sends them. */
export type SampleEvents = ReadonlyMap<string, () => Iterable<Uint8Array>>;

/** About 12 MB: scalars and texts, waveforms. The values make no sense; of what types they are does. */
export function sampleEvents(): SampleEvents {
  const waveforms = WAVEFORMS.map(({ name, rows, length }) => {
    const value = Array.from({ length }, (_, i) => Math.fround(Math.sin(i)));
    const writeValue = (writer: CborWriter) => {
      writer.array(length);
      for (const element of value) writer.float(element);
    };
    return [name, () => events('f32', rows, WAVEFORMS_PER_FRAME, writeValue)] as const;
  });
  return new Map([...scalars(POINTS), ...waveforms]);
}

/** The same scalars and texts, so few of them that a thread writes the file by itself. */
export function fewSampleEvents(): SampleEvents {
  return new Map(scalars(FEW_POINTS));
}

function scalars(points: number): (readonly [string, () => Iterable<Uint8Array>])[] {
  return Array.from({ length: SCALARS }, (_, n) => {
    const isText = n % 8 === 7;
    const type = isText ? 'string' : n % 3 === 0 ? 'i32' : 'f64';
    const writeValue = (writer: CborWriter, i: number) => {
      if (isText) writer.text(`text ${i}`);
      else if (type === 'i32') writer.integer(i * n);
      else writer.float(Math.sqrt(i + n));
    };
    return [`SCALAR-${n}`, () => events(type, points, POINTS_PER_FRAME, writeValue)] as const;
  });
}

function* events(
  type: string,
  rows: number,
  perFrame: number,
  writeValue: (writer: CborWriter, row: number) => void,
): Generator<Uint8Array> {
  const writer = new CborWriter();
  for (let from = 0; from < rows; from += perFrame) {
    const count = Math.min(perFrame, rows - from);
    const column = (name: string, write: (row: number) => void) => {
      writer.text(name);
      writer.array(count);
      for (let row = from; row < from + count; row++) write(row);
    };
    writer.map(4);
    column('pulses', (row) => writer.integer(row + 1));
    writer.text('scalar_type');
    writer.text(type);
    column('tss', (row) => writer.integer(FIRST_NS + BigInt(row) * NS_PER_PULSE));
    column('values', (row) => writeValue(writer, row));
    yield framed(writer.take());
  }
  writer.map(1);
  writer.text('rangeFinal');
  writer.boolean(true);
  yield framed(writer.take());
}

function framed(item: Uint8Array): Uint8Array {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(item.length);
  return Buffer.concat([head, item, Buffer.alloc((8 - (item.length % 8)) % 8)]);
}
