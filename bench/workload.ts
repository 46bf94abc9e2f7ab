import type { Channel } from '../src/request/channel.js';
import type { ElementType } from '../src/encoding/element-type.js';

/** A channel that is served from memory. */
export interface ServedChannel extends Channel {
  readonly type: ElementType & ('float64' | 'float32' | 'uint16');
  /** As the data API gives it: fastest dimension first. */
  readonly shape: readonly number[];
}

/**
 * Data that is served and written. A block of `pulses` is held as prebuilt reply bytes; a longer
 * range is served by repeating the block with the pulse ids and dates that the range has.
 */
export interface Workload {
  readonly name: string;
  readonly description: string;
  readonly protocol: Protocol;
  readonly channels: readonly ServedChannel[];
  /** Pulses of a block, at which every channel has a value. */
  readonly pulses: number;
  /** ms that pass before the server answers a request, whatever it is; none by default. */
  readonly latency?: number;
}

export type Protocol = 'json' | 'binary' | 'api4';

/** The first pulse of every workload; ids of this length are patched in place. */
export const FIRST_PULSE_ID = 21_767_262_480;

const MEGAPIXEL = [1280, 1024];

export const WORKLOADS = {
  S: json('S', '100 float64 scalars × 6000 pulses', 6000, [...many('S', 100, 'float64', [1])]),
  W: json('W', '20 float32 waveforms [1024] × 500', 500, [...many('W', 20, 'float32', [1024])]),
  I: json('I', 'uint16 camera [1280, 1024] × 50', 50, [camera('I')]),
  M: json('M', '50 scalars × 1000, 5 waveforms [2048] × 1000', 1000, [
    ...many('M-SCALAR', 50, 'float64', [1]),
    ...many('M-WAVEFORM', 5, 'float32', [2048]),
  ]),
  ONE: json('ONE', 'one float32 waveform [1024]', 500, many('ONE', 1, 'float32', [1024])),
  SMALL: json('SMALL', '5 scalars × 100', 100, many('SMALL', 5, 'float64', [1])),
  // Its reply waits until it is let go.
  HELD: json('HELD', 'a scalar × 100', 100, many('HELD', 1, 'float64', [1])),
  B: {
    name: 'B',
    description: 'uint16 camera [1280, 1024], bitshuffle-LZ4, binary protocol',
    protocol: 'binary',
    channels: [camera('B')],
    pulses: 16,
  },
  C4S: {
    name: 'C4S',
    description: '100 float64 scalars × 6000, data API 4',
    protocol: 'api4',
    channels: many('C4S', 100, 'float64', [1]),
    pulses: 6000,
  },
  C4W: {
    name: 'C4W',
    description: '20 float64 waveforms [1024] × 500, data API 4',
    protocol: 'api4',
    channels: many('C4W', 20, 'float64', [1024]),
    pulses: 500,
  },
  LAT: {
    name: 'LAT',
    description: '100 scalars × 100, data API 4, 20 ms before each answer',
    protocol: 'api4',
    channels: many('LAT', 100, 'float64', [1]),
    pulses: 100,
    latency: 20,
  },
  SMALL4: {
    name: 'SMALL4',
    description: '5 scalars × 100, data API 4',
    protocol: 'api4',
    channels: many('SMALL4', 5, 'float64', [1]),
    pulses: 100,
  },
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;

/** What a process reads before it is measured. */
export function warmUpFor(protocol: Protocol): Workload {
  return protocol === 'api4' ? WORKLOADS.SMALL4 : WORKLOADS.SMALL;
}

/** What a server has to have for a workload: also what processes read before. */
export function servedFor({ name, protocol }: Workload): WorkloadName[] {
  return [warmUpFor(protocol).name, name] as WorkloadName[];
}

/** The workload that a channel belongs to. */
export function workloadOf(channel: string): Workload | undefined {
  return Object.values(WORKLOADS).find(({ channels }) =>
    channels.some(({ name }) => name === channel),
  );
}

/** Bytes of a channel's value in memory. */
export function valueBytes({ type, shape }: ServedChannel): number {
  const bytes = { float64: 8, float32: 4, uint16: 2 }[type];
  return shape.reduce((product, length) => product * length, bytes);
}

function json(
  name: string,
  description: string,
  pulses: number,
  channels: readonly ServedChannel[],
): Workload {
  return { name, description, protocol: 'json', channels, pulses };
}

function many(
  name: string,
  count: number,
  type: ServedChannel['type'],
  shape: readonly number[],
): ServedChannel[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `SARES11-BENCH-${name}:CH${n}`,
    backend: 'sf-databuffer',
    type,
    shape,
  }));
}

function camera(name: string): ServedChannel {
  return {
    name: `SARES20-BENCH-${name}:FPICTURE`,
    backend: 'sf-imagebuffer',
    type: 'uint16',
    shape: MEGAPIXEL,
  };
}
