import { randomUUID } from 'node:crypto';
import type { Lane } from '../../request/lane.js';

/** The names of exchanges and queues, which begin with a prefix (docs/decisions/0031-rabbitmq.md). */
export class Names {
  /** Topic exchange that brokers publish requests to, with `requestKey`. */
  readonly requests: string;
  /** Topic exchange and queue of the same name: what no writer took. */
  readonly deadLetters: string;
  /** Direct exchange for reports on requests, with the id of their trail as key. */
  readonly reports: string;
  /** Topic exchange for what only matters now, with the id of a trail or `ALL` as key. */
  readonly presence: string;

  constructor(private readonly prefix: string) {
    this.requests = `${prefix}.requests`;
    this.deadLetters = `${prefix}.dead_letters`;
    this.reports = `${prefix}.reports`;
    this.presence = `${prefix}.presence`;
  }

  /** Queue that writers take the requests of a lane from. */
  lane(lane: Lane): string {
    return `${this.prefix}.${lane}`;
  }

  /** Queue of reports for the broker of a trail. */
  reportsFor(trailId: string): string {
    return `${this.reports}.${trailId}`;
  }

  /** Queue of what only matters now, for one connection of a trail's broker. */
  presenceFor(trailId: string): string {
    // A name of its own: that of a connection that has not ended for RabbitMQ yet would be in the way.
    return `${this.presence}.${trailId}.${randomUUID()}`;
  }

  /** Exchange without a use but its being there: requests of that trail have been given to this RabbitMQ. */
  markOf(trailId: string): string {
    return `${this.prefix}.trails.${trailId}`;
  }
}

/** Key of what concerns all brokers. */
export const ALL = 'all';

/** Key of a request, which it keeps as a dead letter. */
export function requestKey(lane: Lane, trailId: string): string {
  return `${lane}.${trailId}`;
}

/** Header of a request: when it was sent, ms since the epoch. */
export const SENT = 'sent';
