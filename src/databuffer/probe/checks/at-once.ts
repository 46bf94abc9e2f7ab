import type { Check } from '../check.js';
import { failing } from '../failing.js';
import { type Finding, ok } from '../finding.js';

/** Two writers, each with the usual two requests. */
const QUESTIONS = 4;
const REMEDY = 'answer questions side by side, or give writers --concurrency 1';

/** Questions that come at once. */
export const atOnce: Check = {
  name: 'at_once',
  run: async ({ server, channels, range, answer }) => {
    const what = `${QUESTIONS} questions at once`;
    const askers = Array.from({ length: QUESTIONS }, () => server.again());
    try {
      const answers = await Promise.all(askers.map((asker) => asker.ask(channels, range)));
      const rows = answers.map(({ result }) => result.rows);
      if (rows.every((count) => count === answer.result.rows))
        return [ok(`${what}: all are answered`)];
      const differs: Finding = {
        verdict: 'deviation',
        what: `${what}: ${rows.join(', ')} rows, ${answer.result.rows} when asked alone`,
        cost: 'files lack rows, or have those of others',
        remedy: REMEDY,
      };
      return [differs];
    } catch (error) {
      return [failing(what, error, REMEDY)];
    } finally {
      for (const asker of askers) await asker.close();
    }
  },
};
