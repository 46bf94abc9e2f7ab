import type { ElementType } from '../../../encoding/element-type.js';
import { backendOf } from '../../../request/channel.js';
import { CATALOGUE, findChannelOf } from '../catalogue.js';
import type { Api4Channel } from './api4-channel.js';

/**
 * Channels that answer late, for tests of who waits, `<n>` any number:
 *
 *     SIMULATOR-SLOW-<ms>-<n>       its rows come one by one, each after so many milliseconds
 *     SIMULATOR-LATENCY-<ms>-<n>    its reply begins after so many milliseconds, and is fast then
 *
 * Both are float64 scalars at 100 Hz. Where a slow one is silent for longer than `contentTimeout`, keepalives come.
 */
const LATE = /^SIMULATOR-(SLOW|LATENCY)-(\d{1,6})-\d{1,9}$/;

/** What only API 4 can have. */
const API4_ALONE: readonly Api4Channel[] = [
  channel('SIMULATOR-ENUM', {
    type: 'int16',
    signal: 'state',
    description: 'an enum: the state of a shutter, its names besides',
    enumNames: ['closed', 'opening', 'open', 'Störung'],
  }),
  channel('SIMULATOR-UNPULSED', {
    rate: 10,
    unit: 'degC',
    description:
      'a temperature that goes by its own clock: no pulse ids, 4.2 ms behind every tenth',
    behindPulse: 4_200_001,
  }),
  channel('SIMULATOR-WAVEFORM-VARYING', {
    type: 'float32',
    shape: [1000],
    unit: 'mV',
    description: 'a waveform of 1000 elements, at every tenth pulse of 500',
    shorter: { every: 10, length: 500 },
  }),
  channel('SIMULATOR-CHARGE', { unit: 'pC', description: 'a channel with a unit' }),
  channel('SIMULATOR-HALVES', {
    type: 'float32',
    shape: [64],
    signal: 'steps',
    unit: 'V',
    description: 'multiples of 1/8, which are sent as half floats',
  }),
];

/** Channels that a search finds. */
export const API4_CATALOGUE: readonly Api4Channel[] = [...CATALOGUE, ...API4_ALONE];

const BY_NAME = new Map(API4_ALONE.map((each) => [each.name, each]));

/** The channel of a name in a backend, or undefined if the simulator doesn't know it. */
export function findApi4Channel(name: string, backend: string): Api4Channel | undefined {
  const own = BY_NAME.get(name) ?? lateChannel(name);
  if (own !== undefined) return own.backend === backend ? own : undefined;
  return findChannelOf({ name, backend });
}

function lateChannel(name: string): Api4Channel | undefined {
  const [, kind, ms] = LATE.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const late = kind === 'SLOW' ? { rowPauseMs: Number(ms) } : { latencyMs: Number(ms) };
  return channel(name, { description: 'answers late', ...late });
}

/** Unless its traits say otherwise a float64 scalar, a noisy sine at 100 Hz. */
function channel(name: string, traits: Partial<Api4Channel>): Api4Channel {
  return {
    type: 'float64' satisfies ElementType,
    shape: [1],
    rate: 100,
    signal: 'wave',
    spelling: 'plain',
    description: '',
    ...traits,
    name,
    backend: backendOf(name),
  };
}
