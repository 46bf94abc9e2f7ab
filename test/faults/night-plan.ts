import { CHANNELS, type PlannedRequest, channelOf } from './planned-request.js';
import { Random } from './random.js';
import type { ReplyFaultKind } from './reply-faults.js';

/** The size of a night. */
export interface NightSize {
  readonly seed: number;
  readonly requests: number;
  /** In which they are made, and everything breaks. */
  readonly minutes: number;
}

/** Where files go whose disk gets full, below the output root. */
export const FILLING_FOLDER = 'filling-disk';

/** Of the requests: what the beamline asks for. The others are acquired again. */
const LIVE = 2 / 7;
/** Seconds that their reply takes, so that they can be killed while they are written. */
const DEADLY_LASTS_S = 20;
/** Of the night: how long the longest job takes. */
const LONG = 0.25;

const PASSING: readonly ReplyFaultKind[] = [
  'slow',
  'reset',
  'resetHalfway',
  'truncated',
  'http503',
];
const LASTING: readonly ReplyFaultKind[] = ['http400', 'object404', 'empty'];

/** The first requests of a night, by number. */
export const SPECIAL = { long: 0, deadly: 1, unlucky: 2 } as const;
const SPECIALS = 3;

/** How many requests of a night are live. */
export function liveCount({ requests }: NightSize): number {
  return Math.round(LIVE * requests);
}

/** The plan of a night's request, by its number: the special ones, the live ones, those that are acquired again. */
export function nightPlanned(size: NightSize): (number: number) => PlannedRequest {
  const { seed, minutes } = size;
  const live = liveCount(size);
  return (number) => {
    const random = new Random(seed, `night ${number}`);
    const isLive = number < live;
    const start = random.whole(1, 1e10);
    const common = {
      number,
      channels: [channelOf(number), ...CHANNELS.filter(() => random.chance(0.5))],
      range: { startPulseId: start, endPulseId: start + random.whole(20, 150) - 1 },
      compact: random.chance(0.8),
      poisoned: false,
      by: isLive ? 'acquisition' : 'replay',
    } as const;
    switch (number) {
      case SPECIAL.long:
        return { ...common, ...slow(LONG * minutes * 60), file: 'long.h5' };
      case SPECIAL.deadly:
        return { ...common, ...slow(DEADLY_LASTS_S), file: 'deadly.h5', kills: Infinity };
      case SPECIAL.unlucky:
        return { ...common, ...slow(DEADLY_LASTS_S), file: 'unlucky.h5', kills: 3 };
    }
    const onFillingDisk = random.chance(0.2);
    const fault = faultOf(random);
    const folder = onFillingDisk ? FILLING_FOLDER : isLive ? 'live' : 'again';
    return {
      ...common,
      ...(fault && { fault }),
      faulty: fault && LASTING.includes(fault) ? Infinity : 1,
      file: `${folder}/run-${number}.h5`,
      onFillingDisk,
    };
  };
}

/** Whether a request is one of many alike. */
export function isPlain({ number }: PlannedRequest): boolean {
  return number >= SPECIALS;
}

function slow(lasts: number) {
  return { fault: 'slow', faulty: Infinity, lasts } as const;
}

function faultOf(random: Random): ReplyFaultKind | undefined {
  if (random.chance(0.04)) return random.pick(LASTING);
  return random.chance(0.15) ? random.pick(PASSING) : undefined;
}
