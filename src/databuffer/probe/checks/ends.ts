import type { Check, Probed } from '../check.js';
import { failing } from '../failing.js';
import { type Finding, ok, unknown } from '../finding.js';

/** A range has both its ends, and nothing else. */
export const ends: Check = {
  name: 'ends',
  run: async (probed) => {
    const { pulseIds } = probed;
    if (pulseIds.length < 4) return [unknown('too few pulses to ask for some of them')];
    return [
      ...(await part(probed, 1, pulseIds.length - 1)),
      ...(await part(probed, 2, 3, 'one pulse alone')),
    ];
  },
};

async function part(
  { server, busiest, pulseIds }: Probed,
  from: number,
  to: number,
  words?: string,
): Promise<Finding[]> {
  const wanted = pulseIds.slice(from, to);
  const [first, last] = [wanted[0], wanted.at(-1)!];
  const what = words ?? `pulses ${first} to ${last}`;
  let came: ReadonlySet<number>;
  try {
    const range = { startPulseId: first, endPulseId: last };
    const { channels } = await server.ask([busiest], range);
    came = new Set(channels.get(busiest)?.pulseIds ?? []);
  } catch (error) {
    return [failing(what, error)];
  }
  const lacking = wanted.filter((pulseId) => !came.has(pulseId));
  const others = [...came].filter((pulseId) => pulseId < first || pulseId > last);
  const findings: Finding[] = [];
  if (lacking.length > 0) {
    const which = lacking.includes(last) ? 'the last' : lacking.includes(first) ? 'the first' : '';
    findings.push({
      verdict: 'deviation',
      what: `${what}: ${which === '' ? `${lacking.length} of them are` : `${which} one is`} not in the reply`,
      cost: 'files lack these rows, and are reported as short',
      remedy: 'send all pulses from startPulseId to endPulseId, both included',
    });
  }
  if (others.length > 0) {
    findings.push({
      verdict: 'deviation',
      what: `${what}: pulse ${others[0]} came as well`,
      cost: 'files have rows that nobody asked for',
      remedy: 'send no pulse before startPulseId or after endPulseId',
    });
  }
  return findings.length > 0
    ? findings
    : [ok(`${what}: ${wanted.length === 1 ? 'it came' : 'both ends came'}, and no other`)];
}
