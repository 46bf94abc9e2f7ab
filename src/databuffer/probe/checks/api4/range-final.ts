import type { Check } from '../../check.js';
import { type Finding, ok, unknown } from '../../finding.js';
import { UNFINISHED } from '../../problems.js';

/** Until then a server may wait for rows that come late. */
const SETTLED_S = 60;
const NS_PER_S = 1e9;
const MOST_NAMES = 3;

/** A range that is over is said to be complete. */
export const rangeFinal: Check = {
  name: 'range_final',
  run: ({ answer: { result, channels } }) => {
    const lacking = result.channels
      .filter(({ failure }) => failure?.code === UNFINISHED)
      .map(({ name }) => name);
    if (lacking.length === 0) return [ok('replies are said to be complete (rangeFinal)')];
    const times = [...channels.values()].map(({ timestamps }) => Number(timestamps.at(-1) ?? 0n));
    const age = Date.now() / 1000 - Math.max(...times) / NS_PER_S;
    const more = lacking.length > MOST_NAMES ? `, … (${lacking.length})` : '';
    const what = `${lacking.slice(0, MOST_NAMES).join(', ')}${more}: no rangeFinal`;
    if (age < SETTLED_S) {
      const remedy = `name older pulses by --pulses, or probe again in ${SETTLED_S} s`;
      return [unknown(`${what}, ${Math.round(age)} s after the last row`, remedy)];
    }
    const never: Finding = {
      verdict: 'deviation',
      what,
      cost: 'its end is asked for again and again; then it counts as failed (incomplete), with the rows that came',
      remedy: 'end the reply to a range that is over with {"rangeFinal": true}',
    };
    return [never];
  },
};
