import { labelled } from './labelled.js';
import type { Metrics } from './metrics.js';

/** Counts what came to the ZMQ sockets of a service and could not be read as a message, by code. */
export function addRejectedMessages(
  metrics: Metrics,
  read: () => Iterable<readonly [code: string, count: number]>,
): void {
  metrics.counter(
    {
      name: 'messages_rejected_total',
      help: 'Messages on a ZMQ socket that could not be read, by reason.',
      labels: ['code'],
    },
    () => labelled('code', read()),
  );
}
