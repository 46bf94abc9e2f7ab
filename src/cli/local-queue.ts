import { filter, firstValueFrom, race, timer } from 'rxjs';
import type { BrokerSettings } from '../config/broker-settings.js';
import { withoutCredentials } from '../config/url-credentials.js';
import type { WorkQueue } from '../transport/work-queue.js';

/** RabbitMQ answers at once, or something is wrong with it, ms. */
const PATIENCE_MS = 3000;

/** What carries the requests, in words; undefined where that is ZMQ within this process, which is no news. */
export async function describeQueue(
  queue: WorkQueue,
  { queue: kind, rabbitmq_url: urls, rabbitmq_prefix: prefix }: Readonly<BrokerSettings>,
): Promise<string | undefined> {
  if (kind === 'zmq') return undefined;
  const connected = queue.status.pipe(filter((status) => status === 'connected'));
  await firstValueFrom(race(connected, timer(PATIENCE_MS)));
  const address = withoutCredentials(urls.join(', '));
  if (queue.health().isOpen) return `RabbitMQ, ${address}, names begin with ${prefix}`;
  return (
    `RabbitMQ, ${address}, which can't be used: requests are recorded, and wait for it. ` +
    'Start it, or give another --rabbitmq_url'
  );
}
