import { DataSourceError, HttpFailure } from '../../../errors.js';
import { isoTime } from '../../../time-range.js';
import type { Check } from '../../check.js';
import { failing } from '../../failing.js';
import { type Finding, ok } from '../../finding.js';

/** Questions that make no sense. */
export const wrongEvents: Check = {
  name: 'wrong_question',
  run: async ({ server, busiest, range }) => {
    const { start, end } = await server.timesOf(range);
    const backend = 'sf-databuffer';
    const own = { backend, channelName: busiest };
    const dates = { begDate: isoTime(start), endDate: isoTime(end) };
    const questions = [
      ['a question without channel', { backend, ...dates }],
      ['a question without range', own],
      ['a question for dates that are none', { ...own, begDate: 'noon', endDate: '2026-13-32' }],
    ] as const;
    const findings: Finding[] = [];
    for (const [what, parameters] of questions) {
      try {
        await server.events.of(busiest, parameters);
        findings.push(silent(`${what}: HTTP 200`));
      } catch (error) {
        if (!(error instanceof DataSourceError)) throw error;
        if (error instanceof HttpFailure) findings.push(ok(`${what}: HTTP ${error.status}`));
        else findings.push({ ...failing(what, error), verdict: 'note', remedy: REMEDY });
      }
    }
    return findings;
  },
};

const REMEDY = 'answer HTTP 400, with the reason in {"message"}';

function silent(what: string): Finding {
  return {
    verdict: 'note',
    what,
    cost: 'what it does not understand looks like data that is not there',
    remedy: REMEDY,
  };
}
