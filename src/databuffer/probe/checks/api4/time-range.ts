import type { TimeRange } from '../../../time-range.js';
import type { Check, Probed } from '../../check.js';
import { failing } from '../../failing.js';
import { type Finding, ok, unknown } from '../../finding.js';

const REMEDY = 'send rows from begDate on, to before endDate, both to the nanosecond';

/** A range has its begin, not its end, and nothing before it. */
export const timeRange: Check = {
  name: 'time_range',
  run: async (probed) => {
    const times = [...new Set(probed.answer.channels.get(probed.busiest)?.timestamps)];
    if (times.length < 4) return [unknown('too few rows to ask for some of them')];
    return [
      ...(await part(probed, times, { start: times[1], end: times[times.length - 1] })),
      ...(await part(probed, times, { start: times[1], end: times[1] + 1n }, 'one nanosecond')),
    ];
  },
};

async function part(
  { server, busiest }: Probed,
  times: readonly bigint[],
  range: TimeRange,
  words = 'from one row to another',
): Promise<Finding[]> {
  const { start, end } = range;
  let came: ReadonlySet<bigint>;
  try {
    came = new Set((await server.events.ofRange(busiest, range)).times);
  } catch (error) {
    return [failing(words, error)];
  }
  const findings: Finding[] = [];
  const wanted = times.filter((time) => time >= start && time < end);
  const lacking = wanted.filter((time) => !came.has(time));
  if (lacking.length > 0) {
    const which = lacking.includes(start) ? 'the first one is' : `${lacking.length} of them are`;
    findings.push({
      verdict: 'deviation',
      what: `${words}: ${which} not in the reply`,
      cost: 'files lack these rows',
      remedy: REMEDY,
    });
  }
  if (came.has(end)) findings.push(dropped(`${words}: the row at its end came as well`, REMEDY));
  const before = [...came].some((time) => time < start);
  if (before) {
    const remedy = 'send one row before the range only where oneBeforeRange=true asks for it';
    findings.push(dropped(`${words}: a row before its begin came as well`, remedy));
  }
  return findings.length > 0
    ? findings
    : [ok(`${words}: the row at its begin came, none at its end or before`)];
}

function dropped(what: string, remedy: string): Finding {
  return { verdict: 'note', what, cost: 'none to the file, which leaves it out', remedy };
}
