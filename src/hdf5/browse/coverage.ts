import { attributeValue } from './attributes.js';
import type { BrowsedFile } from './browsed-file.js';
import { type ChannelDatasets, channelAt, channelPath } from './channel-at.js';
import type { Value } from './decode-values.js';
import { Elements } from './elements.js';
import { BadQuestion, LinkUnresolved, NoSuchPath, NotReadableHere } from './errors.js';
import type { AxisSelection } from './selection.js';

/** Where the rows of a channel lie in a range of pulses. */
export interface ChannelCoverage {
  readonly name: string;
  readonly rows: number;
  /** Rows whose value is there, in the range or not. */
  readonly present: number;
  readonly first_pulse_id: bigint | null;
  readonly last_pulse_id: bigint | null;
  /** Rows whose value is there, for each of the equal parts of the range. */
  readonly bins: readonly number[];
}

/** A channel that can't be shown, and why. */
export interface NoCoverage {
  readonly name: string;
  readonly error: string;
}

/** The pulses that are looked at, both ends included. */
export interface Pulses {
  readonly start: bigint;
  readonly stop: bigint;
}

export interface Coverage {
  readonly start_pulse_id: bigint | null;
  readonly stop_pulse_id: bigint | null;
  readonly channels: readonly (ChannelCoverage | NoCoverage)[];
}

const ROWS_AT_ONCE = 65_536;
/** Of a row whose channel does not follow pulses. */
const NO_ID = -1n;

/**
 * Counts the rows of channels for each of `bins` equal parts of a range of pulses. Yields between steps of
 * at most 65,536 rows.
 *
 * @param asked what is left out is the pulses that the file was asked for, else those that the channels have
 * @throws BadQuestion; Hdf5Failure
 */
export function* coverageOf(
  file: BrowsedFile,
  names: readonly string[],
  asked: Partial<Pulses>,
  bins: number,
): Generator<void, Coverage> {
  const found = new Map<string, FoundChannel | string>();
  for (const name of names) {
    found.set(name, look(file, name));
    yield;
  }
  const channels = [...found.values()].filter((each) => typeof each !== 'string');
  const start = asked.start ?? rootPulse(file, 'start_pulse_id') ?? least(channels);
  const stop = asked.stop ?? rootPulse(file, 'stop_pulse_id') ?? most(channels);
  if (start !== undefined && stop !== undefined && stop < start) {
    throw new BadQuestion(`stop_pulse_id ${stop} is below start_pulse_id ${start}.`);
  }
  const pulses = start === undefined || stop === undefined ? undefined : { start, stop };
  const result: (ChannelCoverage | NoCoverage)[] = [];
  for (const name of names) {
    const channel = found.get(name)!;
    if (typeof channel === 'string') result.push({ name, error: channel });
    else result.push(yield* countRows(file, name, channel, pulses, bins));
  }
  return {
    start_pulse_id: pulses?.start ?? null,
    stop_pulse_id: pulses?.stop ?? null,
    channels: result,
  };
}

interface FoundChannel extends ChannelDatasets {
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
}

function look(file: BrowsedFile, name: string): FoundChannel | string {
  try {
    const channel = channelAt(file, channelPath(file, name));
    const pulseIds = new Elements(file, channel.pulseId);
    const at = (row: number) => {
      const id = idOf(columnOf(pulseIds, row, 1)[0]);
      return id === NO_ID ? undefined : id;
    };
    const { rows } = channel;
    return rows === 0
      ? { ...channel, first: undefined, last: undefined }
      : { ...channel, first: at(0), last: at(rows - 1) };
  } catch (error) {
    const isOfChannel = [BadQuestion, NoSuchPath, LinkUnresolved, NotReadableHere].some(
      (each) => error instanceof each,
    );
    if (!isOfChannel) throw error;
    return (error as Error).message;
  }
}

function* countRows(
  file: BrowsedFile,
  name: string,
  channel: FoundChannel,
  pulses: Pulses | undefined,
  parts: number,
): Generator<void, ChannelCoverage> {
  const { rows } = channel;
  const bins = Array.from({ length: parts }, () => 0);
  const pulseIds = new Elements(file, channel.pulseId);
  const presence = channel.present === undefined ? undefined : new Elements(file, channel.present);
  let present = 0;
  let first: bigint | null = null;
  let last: bigint | null = null;
  for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - row);
    const ids = columnOf(pulseIds, row, count);
    const there = presence && columnOf(presence, row, count);
    for (let i = 0; i < count; i++) {
      if (there && !Number(there[i])) continue;
      present++;
      const id = idOf(ids[i]);
      if (id === NO_ID) continue;
      if (first === null || id < first) first = id;
      if (last === null || id > last) last = id;
      if (pulses && id >= pulses.start && id <= pulses.stop) bins[binOf(id, pulses, parts)]++;
    }
    yield;
  }
  return { name, rows, present, first_pulse_id: first, last_pulse_id: last, bins };
}

/** The part of the range that a pulse is in, exactly: a range may have more pulses than float64 has digits. */
function binOf(id: bigint, { start, stop }: Pulses, parts: number): number {
  const width = stop - start + 1n;
  const distance = id - start;
  if (width <= BigInt(Math.floor(Number.MAX_SAFE_INTEGER / parts))) {
    return Math.floor((Number(distance) * parts) / Number(width));
  }
  return Number((distance * BigInt(parts)) / width);
}

function columnOf(elements: Elements, row: number, count: number) {
  const axes: AxisSelection[] = elements.shape.map((length, axis) =>
    axis === 0
      ? { start: row, count, step: 1, isIndex: false }
      : { start: 0, count: Math.min(1, length), step: 1, isIndex: false },
  );
  return [...elements.values(axes)].flat();
}

/** Integers of fewer than eight bytes come as numbers. */
function idOf(value: Value): bigint {
  return BigInt(value as bigint | number);
}

function rootPulse(file: BrowsedFile, name: string): bigint | undefined {
  const value = attributeValue(file, '/', name);
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function least(channels: readonly FoundChannel[]): bigint | undefined {
  return edge(
    channels.map(({ first }) => first),
    (one, other) => one < other,
  );
}

function most(channels: readonly FoundChannel[]): bigint | undefined {
  return edge(
    channels.map(({ last }) => last),
    (one, other) => one > other,
  );
}

function edge(
  ids: readonly (bigint | undefined)[],
  isFurther: (one: bigint, other: bigint) => boolean,
): bigint | undefined {
  let found: bigint | undefined;
  for (const id of ids) {
    if (id !== undefined && (found === undefined || isFurther(id, found))) found = id;
  }
  return found;
}
