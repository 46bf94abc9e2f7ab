import { Random } from '../../faults/random.js';
import { dataFrame, type MapStyle, notice, rangeFinal, strangeFrame } from './frames.js';
import type { ServedChannel, ServedEvent } from './served-channel.js';

/** How one reply with a channel's events goes; by default as the facts say it goes when all is well. */
export interface ReplyScript {
  /** In place of a reply with events: a status, and a body in the server's JSON where there is a message. */
  readonly status?: number;
  readonly message?: string;
  /** In place of the channel's events. */
  readonly pieces?: () => Iterable<Buffer>;
  /** Milliseconds before anything is said. */
  readonly latency?: number;
  /** At most so many events in a batch; random numbers of them if a seed is given. */
  readonly batch?: number;
  /** The events that this reply ends after. */
  readonly events?: number;
  /** Where `rangeFinal` stands. */
  readonly final?: 'missing' | 'first' | 'twice';
  /** Says where to go on: at the time of the first event that was not sent, or at the end of the range. */
  readonly hasContinueAt?: boolean;
  /** Says so once the events are sent. */
  readonly error?: string;
  /** Frames without data between those with data. */
  readonly isNoisy?: boolean;
  /** The event before the range comes first. */
  readonly hasOneBefore?: boolean;
  /** What comes once the events are sent, in place of an orderly end; the last two take a byte away. */
  readonly ending?: 'hangs' | 'breaks' | 'in a frame';
  /** A keepalive each so many milliseconds while it hangs. */
  readonly keepaliveMs?: number;
  /** How the end of the body is told. */
  readonly body?: 'chunked' | 'length' | 'gzip';
  readonly style?: Omit<MapStyle, 'order'> & { readonly isShuffled?: boolean };
  /** Cuts the body into random pieces, and draws whatever else is random. */
  readonly seed?: number;
}

/** A range of times in nanoseconds, its end excluded. */
export interface Asked {
  readonly begin: bigint;
  readonly end: bigint;
}

/** The pieces of a reply's body. */
export function* piecesOf(
  channel: ServedChannel,
  { begin, end }: Asked,
  script: ReplyScript,
): Generator<Buffer> {
  const random = new Random(script.seed ?? 0, channel.name);
  const frames = script.pieces?.() ?? framesOf(channel, { begin, end }, script, random);
  if (script.seed === undefined) yield* frames;
  else yield* recut(frames, random);
}

function* framesOf(
  channel: ServedChannel,
  { begin, end }: Asked,
  script: ReplyScript,
  random: Random,
): Generator<Buffer> {
  const { isShuffled, ...spelling } = script.style ?? {};
  const style: MapStyle = { ...spelling, ...(isShuffled && { order: random }) };
  const noise = function* () {
    while (script.isNoisy && random.chance(0.4)) yield strangeFrame(random);
  };
  const inRange = channel.events.filter(({ time }) => time >= begin && time < end);
  const sent = inRange.slice(0, script.events);
  const before = channel.events.findLast(({ time }) => time < begin);
  const all = script.hasOneBefore && before ? [before, ...sent] : sent;
  if (script.final === 'first') yield rangeFinal(style);
  for (const batch of batchesOf(all, script, random)) {
    yield* noise();
    yield dataFrame(channel, batch, style);
  }
  yield* noise();
  if (script.hasContinueAt) {
    const at = inRange[sent.length]?.time ?? end;
    yield notice('continueAt', isoTime(at), style);
  }
  if (script.error !== undefined) yield notice('error', script.error, style);
  if (script.ending !== undefined || script.final === 'missing' || script.error !== undefined)
    return;
  if (script.final !== 'first') yield rangeFinal(style);
  yield* noise();
  if (script.final === 'twice') yield rangeFinal(style);
}

function* batchesOf(
  events: readonly ServedEvent[],
  { batch = events.length, seed }: ReplyScript,
  random: Random,
): Generator<readonly ServedEvent[]> {
  for (let at = 0; at < events.length;) {
    const size = seed === undefined ? batch : random.whole(1, batch);
    yield events.slice(at, at + size);
    at += size;
  }
}

/** The same bytes, in pieces that pay no heed to frames: most are small, some have several of them. */
function* recut(frames: Iterable<Buffer>, random: Random): Generator<Buffer> {
  let waiting = Buffer.alloc(0);
  let size = 1;
  for (const frame of frames) {
    waiting = Buffer.concat([waiting, frame]);
    while (waiting.length >= size) {
      yield waiting.subarray(0, size);
      waiting = waiting.subarray(size);
      size = random.chance(0.5) ? random.whole(1, 40) : random.whole(1, 4000);
    }
  }
  yield waiting;
}

/** RFC 3339 with 9 digits. */
export function isoTime(time: bigint): string {
  const ms = Number(time / 1_000_000n);
  return `${new Date(ms).toISOString().slice(0, 19)}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** Nanoseconds of a date; undefined if it is none. */
export function timeOf(date: string | null): bigint | undefined {
  const match = RFC_3339.exec(date ?? '');
  if (!match) return undefined;
  const [, second, fraction = ''] = match;
  return BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
