import type { RequestHead } from '../api/broker.js';

/**
 * The most rows that a request can have: one a pulse of each channel. Slower channels have fewer; how many is
 * not known before they are there. Undefined where channels or pulses are not known.
 */
export function rowsAtMost(head: RequestHead): number | undefined {
  const { channels_asked: channels, start_pulse_id: first, stop_pulse_id: last } = head;
  if (channels === undefined || first === undefined || last === undefined) return undefined;
  return channels * (last - first + 1);
}
