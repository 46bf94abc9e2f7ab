import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokerClient, BrokerAway } from '../audit/broker-client.js';
import { type Look, lookAt } from './look.js';

const EACH_MS = 1000;

/**
 * Asks a broker each second, also while it is away, until the signal.
 *
 * @param requests how many of the last ones
 * @param show is given what was seen
 * @throws BrokerRefused, AbortError
 */
export async function watch(
  broker: BrokerClient,
  requests: number,
  show: (look: Look) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (let look: Look = {}; ;) {
    look = await lookAgain(broker, requests, look);
    await show(look);
    await sleep(EACH_MS, undefined, { signal });
  }
}

async function lookAgain(broker: BrokerClient, requests: number, last: Look): Promise<Look> {
  try {
    return { seen: await lookAt(broker, requests) };
  } catch (error) {
    if (!(error instanceof BrokerAway)) throw error;
    return { seen: last.seen, away: last.away ?? { reason: error.reason, since: Date.now() } };
  }
}
