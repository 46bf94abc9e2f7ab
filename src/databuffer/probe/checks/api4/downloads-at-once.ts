import type { Check } from '../../check.js';
import { failing } from '../../failing.js';
import { type Finding, ok } from '../../finding.js';

const REMEDY = 'answer questions side by side, or give writers a smaller --channels_at_once';

/** As many downloads as a writer has under way. */
export const downloadsAtOnce: Check = {
  name: 'downloads_at_once',
  run: async ({ server, busiest, range, answer }) => {
    const { channelsAtOnce } = server;
    const what = `${channelsAtOnce} downloads at once`;
    try {
      const times = await server.timesOf(range);
      const replies = await Promise.all(
        Array.from({ length: channelsAtOnce }, () => server.events.ofRange(busiest, times)),
      );
      const wanted = answer.channels.get(busiest)?.timestamps.length ?? 0;
      const rows = replies.map((reply) => reply.times.length);
      const other = rows.find((count) => count < wanted);
      if (other === undefined) return [ok(`${what}: all are answered`)];
      const differs: Finding = {
        verdict: 'deviation',
        what: `${what}: ${other} rows, ${wanted} when asked alone`,
        cost: 'files lack rows',
        remedy: REMEDY,
      };
      return [differs];
    } catch (error) {
      return [failing(what, error, REMEDY)];
    }
  },
};
