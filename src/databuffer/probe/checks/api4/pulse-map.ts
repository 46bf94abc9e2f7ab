import { HttpFailure, UnmappedPulses } from '../../../errors.js';
import { isoTime } from '../../../time-range.js';
import type { Check, Probed } from '../../check.js';
import { failing } from '../../failing.js';
import { type Finding, ok, unknown } from '../../finding.js';

/** Far more pulses than are to come while it is probed. */
const AHEAD = 1e9;
const REMEDY =
  'answer the nanoseconds since 1970 at which the pulse was, as rows have them: bare digits, all of them';
const LATE = 'answer HTTP 204 for a pulse that is not there yet';

/** Times of pulses: exact, those of their rows, and none before a pulse is there. */
export const pulseMap: Check = {
  name: 'pulse_map',
  run: async (probed) => [...(await ofRows(probed)), await stillToCome(probed)],
};

/** A question begins at the time of its first pulse, and ends before that of the pulse behind its last. */
async function ofRows({ server, busiest, answer, found }: Probed): Promise<Finding[]> {
  const what = 'the times of pulses (map/pulse)';
  // Those that were found by time are there whatever the times of pulses are.
  const { pulseIds = [], timestamps = [] } = found ?? answer.channels.get(busiest) ?? {};
  const rows = pulseIds
    .map((pulseId, i) => [pulseId, timestamps[i]] as const)
    .filter(([pulseId]) => pulseId >= 0);
  if (rows.length === 0) return [unknown(`${what}: no channel has pulse ids`)];
  try {
    for (const at of [0, 0.5, 1]) {
      const [pulseId, time] = rows[Math.round(at * (rows.length - 1))];
      const range = { startPulseId: pulseId, endPulseId: pulseId };
      const { start, end } = await server.timesOf(range);
      if (time >= start && time < end) continue;
      const wrong: Finding = {
        verdict: 'deviation',
        what: `${what}: pulse ${pulseId} lasts from ${isoTime(start)} to ${isoTime(end)}, its row is at ${isoTime(time)}`,
        cost: 'files lack rows at the ends of a range',
        remedy: REMEDY,
      };
      return [wrong];
    }
    return [ok(`${what} are those of their rows`)];
  } catch (error) {
    return [failing(what, error, error instanceof HttpFailure ? undefined : REMEDY)];
  }
}

async function stillToCome({ server, range }: Probed): Promise<Finding> {
  const what = 'a pulse that is still to come (map/pulse)';
  const pulseId = range.endPulseId + AHEAD;
  try {
    const { start } = await server.timesOf({ startPulseId: pulseId, endPulseId: pulseId });
    return {
      verdict: 'deviation',
      what: `${what}: it has a time, ${isoTime(start)}`,
      cost: 'a request that comes before its data finds none, where it should wait for it',
      remedy: LATE,
    };
  } catch (error) {
    if (error instanceof UnmappedPulses) return ok(`${what}: none yet`);
    const cost = 'data that comes late fails a request, whatever --data_wait says';
    return { ...failing(what, error), cost, remedy: LATE };
  }
}
