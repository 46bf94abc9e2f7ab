import { mapPulses } from '../../binary/pulse-mapping.js';
import type { Check } from '../check.js';
import { failing } from '../failing.js';
import { ok, type Finding } from '../finding.js';

/** Times of pulses, and that they are those of the rows. */
export const mapping: Check = {
  name: 'mapping',
  run: async ({ server, range, answer }) => {
    const { url, mappingUrl, api4Url } = server.address;
    const apis = mappingUrl === undefined ? [url] : [url, mappingUrl];
    try {
      const { connections } = server;
      const { start, end } =
        api4Url === undefined
          ? await mapPulses(apis, range, { connections })
          : await server.timesOf(range);
      const times = [...answer.channels.values()]
        .flatMap(({ timestamps }) => timestamps)
        .filter((time) => time !== 0n);
      const beside = times.filter((time) => time < start || time > end).length;
      if (beside === 0) return [ok('the times of pulses are those of their rows')];
      const wrong: Finding = {
        verdict: 'deviation',
        what: `${beside} of ${times.length} rows have times outside of those that /query/mapping gives`,
        cost: 'files lack rows at the ends of a range',
        remedy: 'map pulse ids to the times that rows have, to 5 ms',
      };
      return [wrong];
    } catch (error) {
      return [failing('the times of pulses (POST /query/mapping)', error)];
    }
  },
};
