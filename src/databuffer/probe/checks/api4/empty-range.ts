import type { Check } from '../../check.js';
import { failing } from '../../failing.js';
import { type Finding, ok, unknown } from '../../finding.js';

const REMEDY = 'answer HTTP 200, with {"rangeFinal": true} alone';

/** A range between two rows. */
export const emptyRange: Check = {
  name: 'empty_range',
  run: async ({ server, busiest, answer }) => {
    const what = 'a range without rows';
    const times = [...new Set(answer.channels.get(busiest)?.timestamps)];
    const first = times.at(-2);
    if (first === undefined || times.at(-1)! - first < 4n)
      return [unknown(`${what}: there are no two rows apart`)];
    const range = { start: first + 1n, end: first + 2n };
    try {
      const { times: came, isFinal } = await server.events.ofRange(busiest, range);
      if (came.some((time) => time >= range.start)) {
        const cost = 'files have rows that nobody asked for, or lack others';
        return [deviation(`${what}: rows come`, cost, 'heed all nine digits of begDate, endDate')];
      }
      if (isFinal) return [ok(`${what}: none, and that is said to be all`)];
      const cost = 'a channel without data is asked for again and again, and counts as failed';
      return [deviation(`${what}: no rangeFinal`, cost, REMEDY)];
    } catch (error) {
      const { what: seen } = failing(what, error);
      const cost = 'a channel without data counts as failed, where it should be there without rows';
      return [deviation(seen, cost, REMEDY)];
    }
  },
};

function deviation(what: string, cost: string, remedy: string): Finding {
  return { verdict: 'deviation', what, cost, remedy };
}
