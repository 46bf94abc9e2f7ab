import type { PulseRange } from '../../src/request/pulse-range.js';
import { Random } from './random.js';
import { REPLY_FAULTS, type ReplyFaultKind } from './reply-faults.js';

/** One of the requests of a run: everything of it follows from the seed and its number. */
export interface PlannedRequest {
  readonly number: number;
  /** Relative to the output root; several requests may have the same. */
  readonly file: string;
  /** The first one, `REQUEST-<number>`, tells the data API whose values to give. */
  readonly channels: readonly string[];
  readonly range: PulseRange;
  readonly compact: boolean;
  /** The fault that the first `faulty` queries meet; undefined for none. */
  readonly fault?: ReplyFaultKind;
  readonly faulty: number;
  /** Where the file has to go whose disk takes none of its size, or nothing at all. */
  readonly disk?: DiskKind;
  /** A damaged HDF5 file is there under its file's name. */
  readonly poisoned: boolean;
  /**
   * How it is asked for: `POST /requests`; the same for the line of another trail, to acquire it again; or as DIA
   * and two detector writers do.
   */
  readonly by: 'submission' | 'replay' | 'acquisition';
  /** Seconds that a slow reply takes; 2.4 by default. */
  readonly lasts?: number;
  /** How often the writer is killed that writes it. */
  readonly kills?: number;
  /** Its file is on the disk that is full for a while. */
  readonly onFillingDisk?: boolean;
}

export type DiskKind = 'small disk' | 'full disk';

/** Folder of each kind of disk below the output root. */
export const DISK_FOLDERS: Readonly<Record<DiskKind, string>> = {
  'small disk': 'small-disk',
  'full disk': 'full-disk',
};

export const CHANNELS = [
  'FAULTS-INT64-1-1',
  'FAULTS-FLOAT64-1-2',
  'FAULTS-FLOAT32-16-1',
  'FAULTS-UINT16-64-5',
  'FAULTS-STRING-1-10',
  'FAULTS-FLOAT64-8-3',
];
/** About 2 MB in a file. */
const LARGE = 'FAULTS-FLOAT64-4096-1';
const LARGE_PULSES = 60;

/** Requests that are made one after another share a file now and then. */
export const SHARING = 8;

/** @param stalls whether replies may stall until the writer's time limit, which takes half a minute */
export function planned(seed: number, number: number, stalls: boolean): PlannedRequest {
  const random = new Random(seed, `request ${number}`);
  const fault = faultOf(random, stalls);
  const disk = random.chance(0.03) ? random.pick(['small disk', 'full disk'] as const) : undefined;
  const start = random.whole(1, 1e10);
  const pulses = disk ? LARGE_PULSES : random.whole(1, 150);
  const shared = random.chance(0.35);
  const endsFailed = fault !== undefined && REPLY_FAULTS[fault].ends === 'failed';
  const name = shared ? `shared-${Math.floor(number / SHARING)}.h5` : `run-${number}.h5`;
  return {
    number,
    file: disk ? `${DISK_FOLDERS[disk]}/run-${number}.h5` : `${random.pick(['', 'night/'])}${name}`,
    channels: [channelOf(number), ...(disk ? [LARGE] : CHANNELS.filter(() => random.chance(0.5)))],
    range: { startPulseId: start, endPulseId: start + pulses - 1 },
    compact: random.chance(0.8),
    ...(!disk && fault && { fault }),
    faulty: endsFailed ? Infinity : random.whole(1, 2),
    disk,
    poisoned: !shared && !disk && !endsFailed && random.chance(0.05),
    by: random.chance(0.25) ? 'acquisition' : 'submission',
  };
}

function faultOf(random: Random, stalls: boolean): ReplyFaultKind | undefined {
  if (random.chance(0.4)) return undefined;
  const kinds = (Object.keys(REPLY_FAULTS) as ReplyFaultKind[]).filter(
    (kind) => stalls || kind !== 'stall',
  );
  return random.pick(
    kinds.flatMap((kind) => Array<typeof kind>(REPLY_FAULTS[kind].weight).fill(kind)),
  );
}

/** The channel that tells which request a query or a file is of. */
export function channelOf(number: number): string {
  return `REQUEST-${number}`;
}

/** The number of the request that a text names: a query, a trail line. */
export function numberIn(text: string): number | undefined {
  const number = /\bREQUEST-(\d+)\b/.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}
