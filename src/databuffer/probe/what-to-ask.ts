import type { ChannelReport } from '../../report/channel-report.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { EmptyReply, HttpFailure, RangeNotFinal, ServerError } from '../errors.js';
import type { DataServer, Moments } from './data-server.js';
import { NothingToAsk, NothingUsable } from './errors.js';
import { pulsesOf, type SeenChannel, SeenRows, TooManyRows } from './seen-rows.js';

/** Channels that are looked at, of those that a server names. */
const TRIED = 20;
/** Channels that are asked for. */
export const MOST_CHANNELS = 10;
/** Besides, of those that can't be stored, or don't come. */
const MOST_WRONG = 2;
/** Problems of points that have no row. */
const DROPPING = new Set([
  ...['invalid_data', 'missing_data', 'invalid_point', 'invalid_pulse_id', 'missing_pulse_id'],
]);
/** Pulses of a channel that are asked for. */
const MOST_PULSES = 50;
/** Of fewer, a part can't be asked for. */
const FEW_PULSES = 4;
/** Of all channels together. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Rows in which there are enough pulses. */
const ENOUGH_ROWS = 5000;
/**
 * Where recent data is looked for, in seconds before now: the last moments may not have arrived yet; channels
 * may be slow, or have stopped some hours ago; or a server has just begun.
 */
const RECENT = [
  [7, 5],
  [25, 5],
  [600, 5],
  [86_400, 5],
  [5, 0.5],
] as const;
/** Where only what is a minute old is sure to be complete. */
const SETTLED = [[62, 60], [80, 60], [600, 60], [86_400, 60], ...RECENT] as const;

/** What a server is asked for, and has. */
export interface WhatToAsk {
  readonly channels: readonly string[];
  /** Whether somebody named the channels; else the server lists them. */
  readonly areGiven: boolean;
  readonly range: PulseRange;
  /** When these pulses were, where they were found by time. */
  readonly moments?: Moments;
  /** A channel as it was found by time. */
  readonly found?: SeenChannel;
}

/** By which a server says that it has no list of channels, as it may. */
const HAS_NONE = new Set([400, 404, 405, 501]);

/** The names of channels that a server lists. @throws NothingToAsk; DataSourceError where more is wrong than that */
export async function listedChannels(
  server: DataServer,
  fits: (name: string) => boolean,
): Promise<string[]> {
  let names: string[];
  try {
    names = (await server.channelsLike()).filter(fits);
  } catch (error) {
    if (!(error instanceof HttpFailure) || !HAS_NONE.has(error.status)) throw error;
    throw new NothingToAsk('channels', error.message);
  }
  if (names.length === 0) throw new NothingToAsk('channels', `${server.listCall} names none`);
  return names;
}

/**
 * Finds recent pulses, and of many channels those that have data, as different ones as there are.
 *
 * @throws NothingToAsk; DataSourceError where the server does not answer at all
 */
export async function recentPulses(
  server: DataServer,
  names: readonly string[],
  areGiven: boolean,
): Promise<WhatToAsk> {
  const tried = areGiven ? names : spread(names, TRIED);
  let best: WhatToAsk | undefined;
  let mostPulses = 0;
  for (const [from, to] of server.protocol === 'api4' ? SETTLED : RECENT) {
    const now = Date.now() / 1000;
    const moments = { start: now - from, end: now - to };
    const { rows, result } = await rowsOf(server, tried, moments);
    const found = [...rows.channels.values()].filter(({ pulseIds }) => pulseIds.length > 0);
    if (found.length === 0) {
      if (result?.channels.some(isWrong)) throw new NothingUsable(result.channels);
      continue;
    }
    const wrong = [
      ...(result?.channels.filter(isWrong) ?? []).map(({ name }) => name),
      ...(result?.missing ?? []),
    ];
    const channels = areGiven
      ? names
      : [...new Set([...differentOnes(found), ...wrong.slice(0, MOST_WRONG)])];
    const own = found.filter(({ header }) => channels.includes(header.name));
    const bytesPerRow = ((result?.bytes ?? 0) / rows.rows) * own.length;
    const pulses = Math.min(MOST_PULSES, Math.max(3, Math.floor(MOST_BYTES / bytesPerRow)));
    const most = Math.max(...own.map((channel) => pulsesOf(channel).length));
    if (most > mostPulses) {
      const busiest = own.find((channel) => pulsesOf(channel).length === most)!;
      best = { channels, areGiven, range: lastPulses(busiest, pulses), moments, found: busiest };
      mostPulses = most;
    }
    if (mostPulses >= FEW_PULSES) break;
  }
  if (best) return best;
  throw new NothingToAsk(
    'pulses',
    'the last day has no data of these channels, or none with pulse ids',
  );
}

/** Rows of some time, as far as there are not too many. */
async function rowsOf(server: DataServer, names: readonly string[], moments: Moments) {
  const rows = new SeenRows(ENOUGH_ROWS, MOST_BYTES);
  try {
    const { result } = await server.ask(names, moments, rows);
    return { rows, result };
  } catch (error) {
    const hasNone = [TooManyRows, EmptyReply, RangeNotFinal].some((kind) => error instanceof kind);
    if (hasNone) return { rows };
    if (doesNotKnowTimes(error)) throw new NothingToAsk('pulses', error.message);
    throw error;
  }
}

/** Whether something keeps its points from being stored, or it from having any. */
function isWrong({ failure, problems }: ChannelReport): boolean {
  return failure !== undefined || problems.some(({ code }) => DROPPING.has(code));
}

/** A server that refuses the question may have pulse ids alone; one that is not found, or wants a token, has nothing. */
function doesNotKnowTimes(error: unknown): error is Error {
  if (error instanceof ServerError) return true;
  return error instanceof HttpFailure && [400, 422, 500, 501].includes(error.status);
}

function lastPulses(busiest: SeenChannel, count: number): PulseRange {
  const pulseIds = pulsesOf(busiest).slice(-count);
  return { startPulseId: pulseIds[0], endPulseId: pulseIds.at(-1)! };
}

/** Scalars, waveforms and images in turn, those of each type first. */
function differentOnes(found: readonly SeenChannel[]): string[] {
  const byShape = new Map<string, SeenChannel[]>();
  for (const channel of found) {
    const { shape } = channel.header;
    const kind = shape.every((length) => length === 1) ? 'scalar' : String(shape.length);
    byShape.set(kind, [...(byShape.get(kind) ?? []), channel]);
  }
  const lines = [...byShape.values()].map(typesFirst);
  const longest = Math.max(...lines.map((line) => line.length));
  const inTurn = Array.from({ length: longest }, (_, i) => lines.flatMap((line) => line[i] ?? []));
  return inTurn.flat().slice(0, MOST_CHANNELS);
}

/** Names of channels, first one of each type. */
function typesFirst(channels: readonly SeenChannel[]): string[] {
  const first = new Map([...channels].reverse().map(({ header }) => [header.type, header.name]));
  return [
    ...new Set([...[...first.values()].reverse(), ...channels.map(({ header }) => header.name)]),
  ];
}

/** Some of many, from all over the list. */
function spread(names: readonly string[], count: number): string[] {
  if (names.length <= count) return [...names];
  return Array.from({ length: count }, (_, i) => names[Math.floor((i * names.length) / count)]);
}
