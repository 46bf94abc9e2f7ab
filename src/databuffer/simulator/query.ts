import type { Channel } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';

/** Fields of a point, in the order in which they are sent. */
export const POINT_FIELDS = [
  'backend',
  'channel',
  'pulseId',
  'globalDate',
  'globalSeconds',
  'globalMillis',
  'iocDate',
  'iocSeconds',
  'iocMillis',
  'eventCount',
  'severity',
  'status',
  'type',
  'value',
  'shape',
] as const;
export type PointField = (typeof POINT_FIELDS)[number];

export const CONFIG_FIELDS = [
  'backend',
  'channel',
  'description',
  'globalDate',
  'globalMillis',
  'globalSeconds',
  'modulo',
  'name',
  'offset',
  'pulseId',
  'shape',
  'source',
  'type',
  'unit',
] as const;
export type ConfigField = (typeof CONFIG_FIELDS)[number];

export const ORDERINGS = ['none', 'asc', 'desc'] as const;
export type Ordering = (typeof ORDERINGS)[number];

/** The pulses asked for. */
export interface AskedRange extends PulseRange {
  /** Also the channel's last point before the range, and its first one after. */
  readonly startExpansion: boolean;
  readonly endExpansion: boolean;
}

/** A data API request, checked and with what was left out filled in. */
export interface SimulatorQuery {
  readonly channels: readonly Channel[];
  /** Empty, with its end before its start, where no pulse lies in it. */
  readonly range: AskedRange;
  /** Points are sorted by their pulse ids; `none` is the same as `asc`. */
  readonly ordering: Ordering;
  readonly eventFields: readonly PointField[];
  /** Without any, a reply has no `configs`. */
  readonly configFields: readonly ConfigField[];
}
