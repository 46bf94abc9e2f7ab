import type { DataApiProtocol } from '../../../config/writer-settings.js';
import type { Finding } from '../finding.js';
import { ok, unknown } from '../finding.js';
import type { Check } from '../check.js';
import { problemsOf } from '../problems.js';

/** Types, shapes and values, as a writer finds them. */
export const values: Check = {
  name: 'values',
  run: ({ answer: { result, channels }, areGiven, server: { protocol } }) => [
    ...result.channels.flatMap((report): Finding[] => {
      const problems = problemsOf(report);
      if (problems.length > 0) return problems;
      const seen = channels.get(report.name);
      const shown = seen && `${seen.header.type} [${seen.header.shape.join()}]`;
      if (report.rows === 0) return [unknown(`${report.name}: no data of these pulses`)];
      if (seen?.largeIntegers.areRounded) return [rounded(report.name)];
      return [ok(`${report.name}: ${shown}, ${report.rows} rows`)];
    }),
    ...result.missing.map((name) => missing(name, areGiven, protocol)),
  ],
};

function rounded(name: string): Finding {
  return {
    verdict: 'deviation',
    what: `${name}: its large integers are all such as float64 has`,
    cost: 'the file has rounded values, if they were float64 on their way',
    remedy: 'send 64-bit integers with all their digits',
  };
}

/** One that is listed may be of long ago. */
function missing(name: string, isGiven: boolean, protocol: DataApiProtocol): Finding {
  return {
    verdict: isGiven ? 'deviation' : 'note',
    what: `${name} was asked for and is not in the reply`,
    cost: 'it has no group in the file, and the request counts as incomplete',
    remedy:
      protocol === 'api4'
        ? 'answer for a channel that has no data by {"rangeFinal": true} alone'
        : 'send a channel that has no data with "data": []',
  };
}
