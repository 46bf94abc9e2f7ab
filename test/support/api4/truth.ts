import type { ElementType } from '../../../src/encoding/element-type.js';
import {
  type Element,
  type EnumValue,
  isArray,
  type ServedChannel,
  type ServedEvent,
} from './served-channel.js';

/** What a file has to have of a channel; `test/python/compare_channels.py` reads it. */
export interface Truth {
  readonly name: string;
  /** As NumPy names it; `string` for texts. */
  readonly type: string;
  /** Of one row. */
  readonly shape: readonly number[];
  /** Little endian, base64; of rows without a value it has zeros. */
  readonly values?: string;
  readonly texts?: readonly string[];
  readonly labels?: readonly string[];
  readonly pulses: readonly number[];
  readonly times: readonly string[];
  readonly present: readonly boolean[];
  readonly units?: string;
  readonly description?: string;
}

/** Of which pulses, and which times where a channel has no pulses; the end of the times is excluded. */
export interface AskedRange {
  readonly startPulse: number;
  readonly stopPulse: number;
  readonly begin: bigint;
  readonly end: bigint;
}

const TYPES: Record<ServedChannel['type'], ElementType> = {
  ...{ u8: 'uint8', u16: 'uint16', u32: 'uint32', u64: 'uint64' },
  ...{ i8: 'int8', i16: 'int16', i32: 'int32', i64: 'int64' },
  ...{ f32: 'float32', f64: 'float64', bool: 'bool', string: 'string' },
  ...{ enum: 'int16', unsupevt: 'string' },
};
/** So many rows tell the length of a channel's arrays. */
const VOTERS = 64;

/** What becomes of a channel of which all that it has in a range came. */
export function truthOf(channel: ServedChannel, range: AskedRange): Truth {
  const events = channel.events.filter((event) => isAskedFor(channel, event, range));
  const { shape: [declared] = [], unit, description } = channel.found ?? {};
  const elements = chosenLength(events) ?? declared ?? 1;
  const present = events.map(({ value }) => lengthOf(value) === elements);
  const rows = events.map(({ value }, i): readonly Element[] =>
    present[i] ? elementsOf(value) : Array<Element>(elements).fill(nothing(channel)),
  );
  const type = TYPES[channel.type];
  const all = rows.flat();
  return {
    ...{ name: channel.name, type, shape: [elements] },
    ...(type === 'string' ? { texts: all as string[] } : { values: bytesOf(all, type) }),
    ...(channel.type === 'enum' && { labels: labelsOf(channel, rows) }),
    pulses: events.map(({ pulse }) => (channel.isPulsed === false ? -1 : pulse)),
    times: events.map(({ time }) => String(time)),
    present,
    ...(unit && { units: unit }),
    ...(description && { description }),
  };
}

function isAskedFor(channel: ServedChannel, { time, pulse }: ServedEvent, range: AskedRange) {
  if (time < range.begin || time >= range.end) return false;
  return channel.isPulsed === false || (pulse >= range.startPulse && pulse <= range.stopPulse);
}

function elementsOf(value: ServedEvent['value']): readonly Element[] {
  return isArray(value) ? value : [value];
}

function lengthOf(value: ServedEvent['value']): number {
  return elementsOf(value).length;
}

/** Names come beside scalars, and in the elements of waveforms if at all. */
function labelsOf(channel: ServedChannel, rows: readonly (readonly Element[])[]): string[] {
  const areNamed =
    channel.enumElements !== 'bare' || !channel.events.some(({ value }) => isArray(value));
  return rows.flat().map((value) => (areNamed ? (value as EnumValue).name : ''));
}

function chosenLength(events: readonly ServedEvent[]): number | undefined {
  const votes = new Map<number, number>();
  for (const { value } of events.slice(0, VOTERS)) {
    votes.set(lengthOf(value), (votes.get(lengthOf(value)) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function nothing({ type }: ServedChannel): Element {
  if (type === 'string') return '';
  return type === 'enum' ? { index: 0, name: '' } : 0;
}

function bytesOf(elements: readonly Element[], type: ElementType): string {
  const numbers = elements.map((each) => (typeof each === 'object' ? each.index : each));
  const arrays = {
    ...{ int8: Int8Array, int16: Int16Array, int32: Int32Array, bool: Int8Array },
    ...{ uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array },
    ...{ float32: Float32Array, float64: Float64Array },
  };
  const array =
    type === 'int64' || type === 'uint64'
      ? (type === 'int64' ? BigInt64Array : BigUint64Array).from(numbers.map((n) => BigInt(n)))
      : arrays[type as keyof typeof arrays].from(numbers.map(Number));
  return Buffer.from(array.buffer).toString('base64');
}
