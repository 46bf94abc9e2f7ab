import { seedOf } from '../signals.js';
import type { Api4Channel } from './api4-channel.js';
import { API4_CATALOGUE } from './channels.js';

/** The number of a channel. */
export function seriesIdOf({ name }: Pick<Api4Channel, 'name'>): number {
  return seedOf(name);
}

const BY_SERIES = new Map(API4_CATALOGUE.map((channel) => [String(seriesIdOf(channel)), channel]));

/** The listed channel of a number. */
export function channelOfSeries(seriesId: string): Api4Channel | undefined {
  return BY_SERIES.get(seriesId);
}
