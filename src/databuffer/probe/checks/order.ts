import type { Check } from '../check.js';
import { ok } from '../finding.js';

/** Rows come by rising pulse ids. */
export const order: Check = {
  name: 'order',
  run: ({ answer: { channels } }) => {
    const mixed = [...channels.values()].filter(({ pulseIds }) =>
      pulseIds.some((pulseId, i) => i > 0 && pulseId < pulseIds[i - 1]),
    );
    if (mixed.length === 0) return [ok('points come by rising pulse ids')];
    const cost =
      'compact files keep that order: they are reported as incomplete, and plots go back and forth';
    return mixed.map(({ header: { name } }) => ({
      verdict: 'deviation',
      what: `${name}: points are not in the order of their pulse ids`,
      cost,
      remedy: 'sort the points of each channel by pulse id',
    }));
  },
};
