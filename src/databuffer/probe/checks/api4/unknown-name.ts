import { DataSourceError, HttpFailure } from '../../../errors.js';
import type { Check, Probed } from '../../check.js';
import { failing } from '../../failing.js';
import { type Finding, ok } from '../../finding.js';
import { besideOthers, UNKNOWN } from '../unknown-channel.js';

const REMEDY = 'answer HTTP 404';

/** A name that a server does not know. */
export const unknownName: Check = {
  name: 'unknown_channel',
  run: async (probed) => [await besideOthers(probed), await alone(probed)],
};

async function alone({ server, range }: Probed): Promise<Finding> {
  const what = 'a channel that it does not know';
  try {
    const { times } = await server.events.ofRange(UNKNOWN, await server.timesOf(range));
    if (times.length > 0) {
      const cost = 'files have data that nobody asked for';
      return { verdict: 'deviation', what: `${what}: data comes`, cost, remedy: REMEDY };
    }
    const cost = 'a misspelled name looks like a channel without data';
    return { verdict: 'note', what: `${what}: HTTP 200, no data`, cost, remedy: REMEDY };
  } catch (error) {
    if (!(error instanceof DataSourceError)) throw error;
    if (error instanceof HttpFailure && error.status === 404) return ok(`${what}: HTTP 404`);
    const cost = 'it counts as failed, after some tries, where it should be named as missing';
    return { ...failing(what, error), verdict: 'note', cost, remedy: REMEDY };
  }
}
