import type { Check, Probed } from '../check.js';
import { DataSourceError, EmptyReply } from '../../errors.js';
import { failing } from '../failing.js';
import { type Finding, ok } from '../finding.js';

export const UNKNOWN = 'SF-DATABUFFER-PROBE:NO-SUCH-CHANNEL';

/** A name that a server does not know does not hold up the others. */
export const unknownChannel: Check = {
  name: 'unknown_channel',
  run: async (probed) => [await besideOthers(probed), await alone(probed)],
};

export async function besideOthers({ server, busiest, range, pulseIds }: Probed): Promise<Finding> {
  const what = 'a channel that it does not know, beside one that it knows';
  try {
    const { channels } = await server.ask([busiest, UNKNOWN], range);
    const rows = new Set(channels.get(busiest)?.pulseIds).size;
    if (rows === pulseIds.length) return ok(`${what}: the other one comes`);
    return refused(what, `${rows} of ${pulseIds.length} rows come`);
  } catch (error) {
    if (error instanceof EmptyReply) return refused(what, 'nothing comes');
    return { ...failing(what, error), cost: COST, remedy: REMEDY };
  }
}

const COST = 'one misspelled name in a list of channels, and there is no file';
const REMEDY = 'leave it out of the reply, or send it with "data": []';

function refused(what: string, comes: string): Finding {
  return { verdict: 'deviation', what: `${what}: ${comes}`, cost: COST, remedy: REMEDY };
}

async function alone({ server, range }: Probed): Promise<Finding> {
  const what = 'a channel that it does not know, alone';
  try {
    const { result, channels } = await server.ask([UNKNOWN], range);
    const others = [...channels.keys()].filter((name) => name !== UNKNOWN);
    if (result.rows === 0 && others.length === 0) return ok(`${what}: no data`);
    return {
      verdict: 'deviation',
      what: `${what}: ${others[0] ?? 'data'} comes`,
      cost: 'files have data that nobody asked for',
      remedy: 'send the channels asked for alone',
    };
  } catch (error) {
    if (error instanceof EmptyReply) return ok(`${what}: an empty list`);
    if (error instanceof DataSourceError && !error.transient)
      return ok(`${what}: ${error.message}`);
    const finding = failing(what, error);
    return { ...finding, verdict: 'note', remedy: REMEDY };
  }
}
