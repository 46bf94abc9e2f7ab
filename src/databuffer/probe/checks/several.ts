import type { Check } from '../check.js';
import { EmptyReply } from '../../errors.js';
import { failing } from '../failing.js';
import { type Finding, ok, unknown } from '../finding.js';

const COMPARED = 3;
/** Where each channel is a question of its own. */
const AT_ONCE = {
  cost: 'files lack rows, as a writer asks for several channels at once',
  remedy: 'answer each question as if it were asked alone',
};

/** A channel is the same whether it is asked for alone or with others. */
export const several: Check = {
  name: 'several',
  run: async ({ server, channels, range, answer }) => {
    const isApi4 = server.protocol === 'api4';
    if (channels.length < 2)
      return [unknown('one channel alone was asked for', 'name more by --channels')];
    const findings: Finding[] = [];
    const { missing } = answer.result;
    const compared = [...missing, ...channels.filter((name) => !missing.includes(name))];
    for (const name of compared.slice(0, COMPARED)) {
      const together = answer.channels.get(name)?.pulseIds ?? [];
      try {
        const alone = (await server.ask([name], range)).channels.get(name)?.pulseIds ?? [];
        if (alone.join() !== together.join())
          findings.push({ ...differs(name, together, alone), ...(isApi4 && AT_ONCE) });
      } catch (error) {
        if (error instanceof EmptyReply && together.length === 0) continue;
        findings.push(failing(`${name} alone`, error));
      }
    }
    return findings.length > 0
      ? findings
      : [ok(`${channels.length} channels ${isApi4 ? 'side by side' : 'in one question'}`)];
  },
};

function differs(name: string, together: readonly number[], alone: readonly number[]): Finding {
  return {
    verdict: 'deviation',
    what: `${name}: ${together.length} rows with other channels, ${alone.length} alone`,
    cost: 'files lack rows, as a writer asks for all channels in one question',
    remedy: 'answer for each channel as if it were asked for alone',
  };
}
