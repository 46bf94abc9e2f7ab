import type { Check, Probed } from '../check.js';
import { type Finding, ok, unknown } from '../finding.js';
import type { SeenChannel } from '../seen-rows.js';

const NS_PER_S = 1e9;
/** Clocks of sources are not quite alike. */
const TOLERANCE_S = 60;

/** Dates rise with the pulses, are those of the time asked for, and are exact. */
export const dates: Check = {
  name: 'dates',
  run: ({ answer, moments, server }) => {
    const dated = [...answer.channels.values()].filter(({ timestamps }) =>
      timestamps.some((timestamp) => timestamp !== 0n),
    );
    if (dated.length === 0) return [unknown('there are no dates')];
    const findings = dated.flatMap((channel) => [
      ...againstPulses(channel),
      ...elsewhere(channel, moments),
      // Times that are no texts are as fine as they are.
      ...(server.protocol === 'api4' ? [] : coarse(channel)),
    ]);
    return findings.length > 0 ? findings : [ok(`dates rise with the pulses, ${dated[0].date}`)];
  },
};

function againstPulses({ header, pulseIds, timestamps }: SeenChannel): Finding[] {
  const known = pulseIds
    .map((pulseId, i) => [pulseId, timestamps[i]] as const)
    .filter(([, timestamp]) => timestamp !== 0n)
    .sort(([a], [b]) => a - b);
  const back = known.find(([, timestamp], i) => i > 0 && timestamp < known[i - 1][1]);
  if (back === undefined) return [];
  return [
    {
      verdict: 'deviation',
      what: `${header.name}: pulse ${back[0]} has an earlier date than the one before it`,
      cost: 'plots over time go back and forth, and by time other points are found than by pulse id',
      remedy: 'send the date at which the pulse was, not the one at which it is asked for',
    },
  ];
}

/** Asked by time, other times came: an offset that is wrong. */
function elsewhere(
  { header, timestamps, date }: SeenChannel,
  moments: Probed['moments'],
): Finding[] {
  const first = timestamps.find((timestamp) => timestamp !== 0n);
  if (moments === undefined || first === undefined) return [];
  const seconds = Number(first) / NS_PER_S;
  const off = seconds < moments.start ? moments.start - seconds : seconds - moments.end;
  if (off <= TOLERANCE_S) return [];
  return [
    {
      verdict: 'deviation',
      what: `${header.name}: the date ${date} is ${Math.round(off)} s away from the time that was asked for`,
      cost: 'timestamp is wrong in the file',
      remedy: 'send the offset from UTC that the date has, Z for UTC',
    },
  ];
}

function coarse({ header, isFine, pulseIds }: SeenChannel): Finding[] {
  if (isFine || pulseIds.length < 3) return [];
  return [
    {
      verdict: 'note',
      what: `${header.name}: dates are no finer than milliseconds`,
      cost: 'timestamp is as coarse in the file',
      remedy: 'send nanoseconds where they are known',
    },
  ];
}
