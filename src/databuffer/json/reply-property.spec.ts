import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../test/support/tries.js';
import { readReply, RecordingSink } from './recording-sink.fixture.js';
import { draws, type Draw, render } from './render.fixture.js';

interface Point {
  pulseId?: number;
  value?: unknown;
  globalDate?: string;
  shape?: number[];
}

interface Channel {
  data: Point[];
  configs: { type: string; shape: number[] }[];
  channel: { name: string; backend: string };
}

const TYPES: Record<string, fc.Arbitrary<unknown>> = {
  int16: fc.integer({ min: -40_000, max: 40_000 }),
  uint32: fc.integer({ min: -10, max: 2 ** 32 + 10 }),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  float32: fc.float({ noNaN: true, noDefaultInfinity: true }),
  bool: fc.constantFrom(true, false, 0, 1),
  string: fc.string({ unit: 'grapheme' }),
};
const odd = fc.constantFrom<unknown>(null, 'text', 3.7, true, { a: [1] }, []);

const channels: fc.Arbitrary<Channel> = fc
  .tuple(fc.constantFrom(...Object.keys(TYPES)), fc.constantFrom<number[]>([1], [3], [2, 2], []))
  .chain(([type, shape]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const element = fc.oneof({ weight: 20, arbitrary: TYPES[type] }, { weight: 1, arbitrary: odd });
    const list = fc.array(element, { minLength: length, maxLength: length });
    const value = fc.oneof(
      { weight: 10, arbitrary: length === 1 ? element : list },
      { weight: 2, arbitrary: list },
      { weight: 1, arbitrary: fc.array(element, { maxLength: 5 }) },
    );
    const point = fc.record(
      { pulseId: fc.nat(50), value, globalDate: fc.constant('2018-06-08T14:04:51.5Z') },
      { requiredKeys: ['pulseId'] },
    );
    return fc.record({
      data: fc.array(point, { maxLength: 12 }),
      configs: fc.constant([{ type, shape: [...shape] }]),
      channel: fc.record({ name: fc.stringMatching(/^[A-Z]{1,8}$/), backend: fc.constant('b') }),
    });
  });

/** The values as section 9 of the protocol has them; undefined where there is none to be stored. */
function stored(value: unknown, type: string, length: number): unknown[] | undefined {
  const elements = [value].flat(Infinity);
  if (value === undefined || elements.length !== length) return undefined;
  const converted = elements.map((element) => storedElement(element, type));
  return converted.includes(undefined) ? undefined : converted;
}

function storedElement(element: unknown, type: string): unknown {
  if (type === 'string') return typeof element === 'string' ? element : undefined;
  if (type === 'bool' && typeof element === 'boolean') return Number(element);
  if (typeof element !== 'number') return undefined;
  switch (type) {
    case 'float64':
      return element;
    case 'float32':
      return Math.fround(element);
    case 'int16':
      return new Int16Array([element])[0] === element ? element : undefined;
    case 'uint32':
      return new Uint32Array([element])[0] === element ? element : undefined;
    default:
      return element === 0 || element === 1 ? element : undefined;
  }
}

/** Elements of most values, or as many as declared where none is ahead. */
function usualLength(data: readonly Point[], type: string, declared: number): number {
  const counts = new Map<number, number>();
  for (const { value } of data) {
    const isList = Array.isArray(value);
    if (!isList && (typeof value === 'object' || value === undefined)) continue;
    if (typeof value === 'string' && type !== 'string') continue;
    const { length } = [value].flat(Infinity);
    if (length > 0) counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
  return first === undefined || first[1] === second?.[1] ? declared : first[0];
}

/** The same object with its keys in another order. */
function shuffled<T extends object>(object: T, draw: Draw): T {
  const entries = Object.entries(object);
  for (let i = entries.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [entries[i], entries[j]] = [entries[j], entries[i]];
  }
  return Object.fromEntries(entries) as T;
}

describe('any reply', () => {
  it('is stored as JSON.parse and the rules of conversion have it', () => {
    const replies = fc.uniqueArray(channels, {
      minLength: 1,
      maxLength: 3,
      selector: ({ channel }) => channel.name,
    });
    const cuts = fc.array(fc.nat(3000), { maxLength: 6 });
    const budget = fc.constantFrom(undefined, 0);
    fc.assert(
      fc.property(replies, draws, cuts, budget, (reply, draw, cuts, memoryBudget) => {
        const spelled = reply.map((channel) =>
          shuffled({ ...channel, data: channel.data.map((point) => shuffled(point, draw)) }, draw),
        );
        const text = render(spelled, draw);
        const sink = new RecordingSink();
        const { channels: reports } = readReply(text, sink, { cuts, memoryBudget });
        const parsed = JSON.parse(text) as Channel[];
        for (const [i, { data, configs, channel }] of parsed.entries()) {
          const [{ type, shape }] = configs;
          const declared = shape.reduce((a, b) => a * b, 1);
          const length = usualLength(data, type, declared);
          const empty = Array<unknown>(length).fill(type === 'string' ? '' : 0);
          const rows = sink.channel(channel.name).rows;
          expect(reports[i].rows).toBe(data.length);
          expect(rows.map(({ pulseId }) => Number(pulseId))).toStrictEqual(
            data.map(({ pulseId }) => pulseId),
          );
          const values = data.map(({ value }) => stored(value, type, length));
          expect(rows.map(({ present }) => present)).toStrictEqual(
            values.map((value) => (value === undefined ? 0 : 1)),
          );
          // Integers and bools have no negative zero, and need none.
          const isInteger = !type.startsWith('float') && type !== 'string';
          expect(rows.map(({ value }) => value)).toStrictEqual(
            values.map((value) => value?.map((v) => (isInteger ? Number(v) + 0 : v)) ?? empty),
          );
        }
      }),
      { numRuns: casesOf(250) },
    );
  }, 30_000);
});
