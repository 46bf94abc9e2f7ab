import type { Channel } from 'amqplib';
import { LANES } from '../../request/lane.js';
import type { Names } from './names.js';

/**
 * How often a request is handed out again, as whoever had it went away, until it is a dead letter. Writers give one
 * back to its broker far sooner: only what ends them before they can say a word gets there.
 */
const DELIVERY_LIMIT = 20;

/** RabbitMQ 4 drops what was handed out 20 times, unless its queue has a limit of its own; 3.10 knows no "never". */
const NEVER = 1_000_000_000;

const QUORUM = { 'x-queue-type': 'quorum' } as const;
/** Queues of what must not be lost, however often somebody looks into them or connects anew. */
const LASTING = { durable: true, arguments: { ...QUORUM, 'x-delivery-limit': NEVER } } as const;

/** Declares where what no writer took goes. */
export async function declareDeadLetters(channel: Channel, names: Names): Promise<void> {
  await channel.assertExchange(names.deadLetters, 'topic', { durable: true });
  await channel.assertQueue(names.deadLetters, LASTING);
  await channel.bindQueue(names.deadLetters, names.deadLetters, '#');
}

/** Declares what requests pass through. Whoever comes first makes it. */
export async function declareRequests(channel: Channel, names: Names): Promise<void> {
  await declareDeadLetters(channel, names);
  await channel.assertExchange(names.requests, 'topic', { durable: true });
  const lanes = {
    durable: true,
    arguments: {
      ...QUORUM,
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': names.deadLetters,
      // Not lost on the way to the dead letters either; it needs the second.
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  };
  for (const lane of LANES) {
    await channel.assertQueue(names.lane(lane), lanes);
    await channel.bindQueue(names.lane(lane), names.requests, `${lane}.#`);
  }
}

/** Declares what reports pass through. */
export async function declareReports(channel: Channel, names: Names): Promise<void> {
  await channel.assertExchange(names.reports, 'direct', { durable: true });
  await channel.assertExchange(names.presence, 'topic', { durable: true });
}

/** Declares where the reports on a trail's requests wait for its broker, and copies of its dead letters. */
export async function declareReportsFor(
  channel: Channel,
  names: Names,
  trailId: string,
): Promise<void> {
  const queue = names.reportsFor(trailId);
  await channel.assertExchange(names.deadLetters, 'topic', { durable: true });
  await channel.assertQueue(queue, LASTING);
  await channel.bindQueue(queue, names.reports, trailId);
  await channel.bindQueue(queue, names.deadLetters, `*.${trailId}`);
}
