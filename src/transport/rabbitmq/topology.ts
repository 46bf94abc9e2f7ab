import type { Channel } from 'amqplib';
import { LANES } from '../../request/lane.js';
import type { Names } from './names.js';

/**
 * How often a request is handed out again, as whoever had it went away, until it is a dead letter. Writers give one
 * back to its broker far sooner: only what ends them before they can say a word gets there.
 */
const DELIVERY_LIMIT = 20;

const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } } as const;

/** Declares what requests pass through. Whoever comes first makes it. */
export async function declareRequests(channel: Channel, names: Names): Promise<void> {
  await channel.assertExchange(names.deadLetters, 'topic', { durable: true });
  await channel.assertQueue(names.deadLetters, QUORUM);
  await channel.bindQueue(names.deadLetters, names.deadLetters, '#');
  await channel.assertExchange(names.requests, 'topic', { durable: true });
  const lanes = {
    durable: true,
    arguments: {
      ...QUORUM.arguments,
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
  await channel.assertQueue(queue, QUORUM);
  await channel.bindQueue(queue, names.reports, trailId);
  await channel.bindQueue(queue, names.deadLetters, `*.${trailId}`);
}
