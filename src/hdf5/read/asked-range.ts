import { type PulseRange, isPulseId } from '../../request/pulse-range.js';
import type { RowSpan } from '../../request/pulse-rate.js';
import type { ChannelContents, FileContents } from './file-contents.js';
import type { Attributes } from '../library/attributes.js';

/** The attributes of a file's root that say which pulses were asked for, both ends included. */
export function rangeAttributes(range: PulseRange | undefined): Attributes {
  if (range === undefined) return {};
  return {
    start_pulse_id: BigInt(range.startPulseId),
    stop_pulse_id: BigInt(range.endPulseId),
  };
}

/** Which pulses a file was asked for; undefined where it does not say. */
export function askedRange({
  start_pulse_id: start,
  stop_pulse_id: stop,
}: FileContents['attributes']): PulseRange | undefined {
  const [startPulseId, endPulseId] = [start, stop].map(Number);
  return isPulseId(startPulseId) && isPulseId(endPulseId)
    ? { startPulseId, endPulseId }
    : undefined;
}

/**
 * The attribute of a root that says that the file has only some pulses of the range, those that its client selected:
 * how many.
 */
export function selectionAttributes(pulses: number | undefined): Attributes {
  return pulses === undefined ? {} : { selected_pulses: BigInt(pulses) };
}

/** Whether a file has only selected pulses: what lies between them was not asked for. */
export function hasSelection({ selected_pulses: count }: FileContents['attributes']): boolean {
  return count !== undefined;
}

/** Where the rows of a channel of a file lie. */
export function spanOf(channel: ChannelContents): RowSpan {
  const { first_pulse_id: first, last_pulse_id: last, pulse_step: step } = channel;
  return { first, last, step, followsPulses: channel.points_without_pulse_id === 0 };
}
