import type { Check, Probed } from '../check.js';
import { DataSourceError, EmptyReply, UnmappedPulses } from '../../errors.js';
import { failing } from '../failing.js';
import { type Finding, ok, unknown } from '../finding.js';

/** Far more pulses than are to come while it is probed. */
const AHEAD = 1e9;

/** Pulses that are still to come. */
export const notYet: Check = {
  name: 'not_yet',
  run: async (probed) => {
    const what = 'pulses that are still to come';
    const found = await nothing(probed, what, probed.range.endPulseId + AHEAD);
    if (found.verdict !== 'deviation') return [found];
    const cost = 'data that comes late fails a request, whatever --data_wait says';
    return [
      {
        ...found,
        cost: found.cost ?? cost,
        remedy: 'send each channel with "data": [], as long as there is nothing',
      },
    ];
  },
};

/** Pulses that it no longer has. */
export const forgotten: Check = {
  name: 'forgotten',
  run: async (probed) => {
    const what = 'pulses of long ago';
    if (probed.range.startPulseId < 1000) return [unknown(`${what}: pulse ids have just begun`)];
    const found = await nothing(probed, what, 1);
    if (found.verdict !== 'deviation') return [found];
    const cost =
      'what is acquired again too late looks like a server in trouble, and others wait for it';
    return [{ ...found, cost: found.cost ?? cost, remedy: 'send each channel with "data": []' }];
  },
};

/** A finding without `cost` where there is an answer, or an error. */
async function nothing({ server, channels }: Probed, what: string, from: number): Promise<Finding> {
  const range = { startPulseId: from, endPulseId: from + 9 };
  try {
    const { result, channels: seen } = await server.ask(channels, range);
    if (result.rows === 0) return ok(`${what}: no data`);
    const pulseIds = [...seen.values()].flatMap((channel) => channel.pulseIds);
    const other = pulseIds.find((pulseId) => pulseId < from || pulseId > range.endPulseId);
    if (other === undefined) return ok(`${what}: it has them`);
    const cost = 'files have rows that nobody asked for';
    return { verdict: 'deviation', what: `${what}: pulse ${other} comes`, cost };
  } catch (error) {
    if (error instanceof EmptyReply) return ok(`${what}: an empty list`);
    if (error instanceof UnmappedPulses) return ok(`${what}: no times`);
    const { what: seen } = failing(what, error);
    // One that will be the same is an answer, for what is over.
    const isFinal = error instanceof DataSourceError && !error.transient;
    return { verdict: isFinal && from === 1 ? 'note' : 'deviation', what: seen };
  }
}
