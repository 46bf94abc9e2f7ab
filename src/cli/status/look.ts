import type { BrokerClient } from '../audit/broker-client.js';
import type { Seen } from './picture/picture.js';

/** What a broker said when it was asked last, and whether it has not answered since. */
export interface Look {
  readonly seen?: Seen;
  readonly away?: Away;
}

export interface Away {
  readonly reason: string;
  /** Ms since the epoch. */
  readonly since: number;
}

/** Asks a broker. @param requests how many of the last ones @throws BrokerAway, BrokerRefused, AbortError */
export async function lookAt(broker: BrokerClient, requests: number): Promise<Seen> {
  const [overview, newest] = await Promise.all([broker.overview(), broker.newest(requests)]);
  return { overview, requests: newest };
}
