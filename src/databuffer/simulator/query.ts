import type { Channel } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';

/** Fields of a point, in the order in which they are sent. */
export const POINT_FIELDS = ['pulseId', 'globalDate', 'globalSeconds', 'value', 'shape'] as const;

/** Fields that can be asked for; `channel` stands beside the points, whether asked for or not. */
export const EVENT_FIELDS = ['channel', ...POINT_FIELDS] as const;
export type EventField = (typeof EVENT_FIELDS)[number];

export const CONFIG_FIELDS = ['type', 'shape', 'name', 'description'] as const;
export type ConfigField = (typeof CONFIG_FIELDS)[number];

/** A data API request, checked and with what was left out filled in. */
export interface Query {
  readonly channels: readonly Channel[];
  /** Empty, with its end before its start, where no pulse lies between two dates. */
  readonly range: PulseRange;
  readonly eventFields: readonly EventField[];
  readonly configFields: readonly ConfigField[];
}
