import type { BrokerSettings } from '../../config/broker-settings.js';
import type { Lane } from '../../request/lane.js';
import type { Consumers, KnownWriters } from '../consumers.js';
import type { QueueDepth } from './queue-depth.js';

/** Background requests under way for each that a writer carries out at once. */
const AHEAD = 2;

const NOBODY: KnownWriters = { size: 0, earliestSign: Infinity, forgetLapsed: () => false };

/** The writers that take requests from RabbitMQ. All report, as none of before knows this queue. */
export class RabbitmqConsumers implements Consumers {
  readonly keeps = true;
  readonly mustReport = true;
  readonly tellsWhenDone = true;
  readonly nonReporting = 0;
  readonly advice = { remedy: 'let writers reach RabbitMQ' };
  private writers = NOBODY;

  constructor(
    private readonly settings: Pick<BrokerSettings, 'queue_length'>,
    private readonly depths: Readonly<Record<Lane, Pick<QueueDepth, 'emptyFor'>>>,
  ) {}

  attach(writers: KnownWriters): void {
    this.writers = writers;
  }

  /** RabbitMQ names no consumers: these are the writers whose heartbeats come. */
  get connected(): number {
    return this.writers.size;
  }

  withoutHello(): number {
    return 0;
  }

  /**
   * Live requests go to the queue at once, so that writers go on while the broker is away. Of background ones
   * only so many: the others can still be cancelled, or overtaken by a newer one for their file.
   */
  window(places: number, lane: Lane): number {
    return lane === 'live' ? Infinity : AHEAD * places + this.settings.queue_length;
  }

  /** While a lane's queue is empty, what nobody names is not there: RabbitMQ's operator has purged it. */
  unnamed(_now: number, lane: Lane, patience: number): 'again' | 'kept' {
    return this.depths[lane].emptyFor >= patience ? 'again' : 'kept';
  }

  expectReports(): void {}

  heard(): void {}

  ended(): void {}

  /** Whoever sends no heartbeats is gone: RabbitMQ hands on what it had. */
  lapsed(): boolean {
    return true;
  }

  look(): void {}
}
