import { readFileSync } from 'node:fs';
import { TestedRabbitmq, hasRabbitmq } from '../../src/transport/rabbitmq/rabbitmq.fixture.js';
import { listenerOn } from './processes.js';

export type CarrierName = 'ZMQ' | 'RabbitMQ';

/** What takes requests to writers and reports back, for the processes of one fleet. */
export interface Carrier {
  readonly name: CarrierName;
  /** The same settings for the broker and for its writers. */
  readonly settings: readonly string[];
  /** Its process; undefined where it has none, or none that can be looked at. */
  readonly pid?: number;
  /** Requests that lie in it and that no writer has. */
  waiting(): Promise<number>;
  /** Removes what broker and writers leave in it, when all of them have ended. */
  clear(trail: string): Promise<void>;
}

/** As a build has it that knows no other queue. */
export const ZMQ: Carrier = {
  name: 'ZMQ',
  settings: [],
  waiting: () => Promise.resolve(0),
  clear: () => Promise.resolve(),
};

/** A fresh carrier: nothing of another fleet lies in it. */
export async function carrier(name: CarrierName): Promise<Carrier> {
  if (name === 'ZMQ') return ZMQ;
  const rabbitmq = await TestedRabbitmq.open();
  return {
    name,
    settings: rabbitmq.flags,
    pid: processOf(rabbitmq.settings.rabbitmq_url[0]),
    waiting: () => rabbitmq.depth(rabbitmq.names.lane('live')),
    clear: async (trail) => {
      rabbitmq.trail(idOf(trail));
      await rabbitmq.close();
    },
  };
}

/** Which of them can be measured here; ZMQ always. */
export async function carriers(): Promise<CarrierName[]> {
  if (await hasRabbitmq()) return ['ZMQ', 'RabbitMQ'];
  console.error('QUEUE: RabbitMQ is left out, as none answers (RABBITMQ_URL names another one).');
  return ['ZMQ'];
}

function processOf(url: string): number | undefined {
  const { hostname, port } = new URL(url);
  return ['127.0.0.1', 'localhost'].includes(hostname)
    ? listenerOn(Number(port || 5672))
    : undefined;
}

function idOf(trail: string): string {
  return (JSON.parse(readFileSync(`${trail}.id`, 'utf8')) as { trail_id: string }).trail_id;
}
