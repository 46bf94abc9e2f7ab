import {
  type Element,
  SCALAR_TYPES,
  type ScalarType,
  type ServedChannel,
  type ServedEvent,
  type Value,
} from './served-channel.js';
import { extremesOf } from './values.js';

/** Its pulse ids, and one more at either end, need more than 32 bits, its times more than 53. */
export const PULSES = { start: 20_000_000_001, stop: 20_000_000_080 };

/** Nanoseconds of a pulse: never quite 10 ms after the one before, and once much later. */
export function timeOfPulse(pulse: number): bigint {
  const late = pulse > PULSES.start + 30 ? 2_300_000_017n : 0n;
  const jitter = BigInt((pulse * 7919) % 5_000_003);
  return 1_700_000_000_000_000_000n + BigInt(pulse - PULSES.start) * 10_000_000n + late + jitter;
}

/** Events of the pulses asked for and of a few before and after, a little after each pulse's time. */
export function eventsOf(valueOf: (i: number) => Value, every = 1, around = 3): ServedEvent[] {
  const events: ServedEvent[] = [];
  for (let i = -around * every; PULSES.start + i <= PULSES.stop + around; i += every) {
    const pulse = PULSES.start + i;
    const time = timeOfPulse(pulse) + BigInt((Math.abs(i) * 613) % 997);
    events.push({ pulse, time, value: valueOf(Math.abs(i)) });
  }
  return events;
}

/** Whole numbers, one each pulse. */
export function scalars(name: string): ServedChannel {
  return { name, type: 'i32', events: eventsOf((i) => i) };
}

const at = (elements: readonly Element[], i: number) => elements[i % elements.length];
const arrayOf = (type: ScalarType, length: number, i: number) =>
  Array.from({ length }, (_, j) => at(extremesOf(type), i + j));

function scalar(type: ScalarType): ServedChannel {
  return {
    ...{ name: `SCALAR:${type}`, type, events: eventsOf((i) => at(extremesOf(type), i)) },
    found: { type, shape: [], unit: 'µm', description: `scalars of ${type}` },
  };
}

function waveform(type: ScalarType, length = 7): ServedChannel {
  const events = eventsOf((i) => arrayOf(type, length, i), 2);
  return { name: `WAVEFORM:${type}`, type, events, found: { type, shape: [length] } };
}

/** Every type as scalars and as waveforms, with all that the types' borders have. */
export const ALL_TYPES: readonly ServedChannel[] = [
  ...SCALAR_TYPES.map(scalar),
  ...SCALAR_TYPES.map((type) => waveform(type)),
];

const enums = extremesOf('enum');

/** What else a reply may look like. */
export const ODD_ONES: readonly ServedChannel[] = [
  ...(['ix', 'index', 'pair', 'bare'] as const).map((enumElements): ServedChannel => ({
    ...{ name: `ENUMS:${enumElements}`, type: 'enum', enumElements },
    events: eventsOf((i) => [at(enums, i), at(enums, i + 1)]),
  })),
  {
    ...{ name: 'LENGTHS:differ', type: 'u8' },
    events: eventsOf((i) => arrayOf('u8', i % 5 === 3 ? i % 4 : 6, i)),
  },
  { name: 'LENGTHS:one', type: 'i32', events: eventsOf((i) => arrayOf('i32', 1, i)) },
  {
    ...{ name: 'LENGTHS:some-empty', type: 'f64' },
    events: eventsOf((i) => arrayOf('f64', i % 3 === 1 ? 0 : 4, i)),
  },
  {
    ...{ name: 'TIMES:equal', type: 'i16' },
    events: eventsOf((i) => i).map((event, i, all) => ({ ...event, time: all[i - (i % 2)].time })),
  },
  {
    ...{ name: 'NO-PULSES:scalar', type: 'f32', isPulsed: false },
    events: eventsOf((i) => at(extremesOf('f32'), i), 7),
  },
  {
    ...{ name: 'NO-PULSES:waveform', type: 'u64', isPulsed: false },
    events: eventsOf((i) => arrayOf('u64', 5, i), 3),
  },
  { name: 'ONE-EVENT', type: 'string', events: eventsOf((i) => `event ${i}`, 1000, 0) },
  {
    ...{ name: 'NO-EVENT', type: 'i32', events: [] },
    found: { type: 'i32', shape: [8], unit: 'A', description: 'nothing happened' },
  },
];
