import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ConsumeMessage } from 'amqplib';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import type { WriterSettings } from '../../config/writer-settings.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { type Lane, LANES } from '../../request/lane.js';
import type { MessageFacts, TakeRejected } from '../message-server.js';
import { ConsumerTimeout } from './consumer-timeout.js';
import { Names, SENT } from './names.js';
import { type Event, RabbitmqServer, packetOf, settle } from './rabbitmq-server.js';
import { declareRequests } from './topology.js';

/** Lines a minute on messages that are rejected. */
const MAX_LINES = 20;

export interface RabbitmqRequestServerOptions {
  readonly settings: Pick<
    WriterSettings,
    'queue' | 'rabbitmq_url' | 'rabbitmq_prefix' | 'concurrency'
  >;
  /** With the reason. */
  readonly onRejected: TakeRejected;
}

/** A message that waits without taking a place at its writer. */
interface SetAside {
  /** Tag of the consumer that stands in for it. */
  consumer?: string;
}

/**
 * Takes requests of both lanes, as many as the writer has places; of background ones one less, where it has several.
 * For each that waits without taking a place one more is taken.
 */
export class RabbitmqRequestServer extends RabbitmqServer {
  /** All fields as one text, those that are JSON escaped once more. */
  protected override readonly largest = 81 * 1024 * 1024;
  private readonly names: Names;
  private readonly throttle = new LogThrottle(60_000, MAX_LINES);
  private readonly timeout = new ConsumerTimeout();
  /** What changes consumers: the window is set for the next one. */
  private readonly changes = new SerialQueue();
  private readonly aside = new WeakMap<ConsumeMessage, SetAside>();
  private readonly lanes = new WeakMap<ConsumeMessage, { lane: Lane; channel: Channel }>();

  constructor(private readonly parts: RabbitmqRequestServerOptions) {
    super(parts.settings, 'sf-databuffer writer');
    this.names = new Names(parts.settings.rabbitmq_prefix);
  }

  protected override async begin(channel: Channel, _manager: AmqpConnectionManager): Promise<void> {
    await declareRequests(channel, this.names);
    const { concurrency } = this.parts.settings;
    const windows = { live: concurrency, background: Math.max(1, concurrency - 1) };
    for (const lane of LANES) await this.take(channel, lane, windows[lane]);
  }

  protected override eventOf(message: ConsumeMessage): Event {
    return packetOf(message);
  }

  protected override factsOf(message: ConsumeMessage): MessageFacts {
    const { headers = {} } = message.properties;
    const count = headers['x-delivery-count'] as number | undefined;
    const sent = headers[SENT] as number | undefined;
    return {
      sent: typeof sent === 'number' ? sent / 1000 : undefined,
      redeliveries: typeof count === 'number' ? count : Number(message.fields.redelivered),
      wasDead: headers['x-death'] !== undefined,
      patience: this.timeout.patience,
      setAside: (isAside) => this.setAside(message, isAside),
    };
  }

  protected override lost(error: Error | undefined): void {
    if (this.timeout.learn(error)) {
      const timeout_s = this.timeout.seconds;
      this.logger.warn('RabbitMQ took back a request that was in hand for too long', { timeout_s });
    }
    super.lost(error);
  }

  private async take(channel: Channel, lane: Lane, window: number): Promise<string> {
    return this.changes.run(async () => {
      await channel.prefetch(window);
      return this.consume(channel, this.names.lane(lane), (message) => {
        void this.carryOut(channel, lane, message);
      });
    });
  }

  private async carryOut(channel: Channel, lane: Lane, message: ConsumeMessage): Promise<void> {
    this.lanes.set(message, { lane, channel });
    let isTaken = false;
    try {
      await this.handle(message);
      isTaken = true;
    } catch (error) {
      await this.reject(message, error as Error);
    }
    // First: nothing is to come in its stead.
    await this.setAside(message, false);
    settle(channel, message, isTaken);
  }

  private async reject({ content }: ConsumeMessage, error: Error): Promise<void> {
    const heldBack = this.throttle.pass('rejected');
    if (heldBack !== undefined) {
      const facts = { place: this.names.deadLetters, error, ...notLoggedBefore(heldBack) };
      this.logger.error('a request was rejected: it is among the dead letters', facts);
    }
    try {
      await this.parts.onRejected([content.subarray(0, this.largest)], error);
    } catch (problem) {
      this.logger.error('a rejected message was not kept', {
        reason: error.message,
        error: problem,
      });
    }
  }

  private async setAside(message: ConsumeMessage, isAside: boolean): Promise<void> {
    if (isAside && this.isClosed) return;
    const { lane, channel } = this.lanes.get(message)!;
    const before = this.aside.get(message);
    if ((before !== undefined) === isAside) return;
    try {
      if (!isAside) {
        this.aside.delete(message);
        const tag = before!.consumer;
        if (tag !== undefined) await this.cancel(tag);
        return;
      }
      const entry: SetAside = {};
      this.aside.set(message, entry);
      entry.consumer = await this.take(channel, lane, 1);
      // It takes its place again already.
      if (this.aside.get(message) !== entry) await this.cancel(entry.consumer);
    } catch (error) {
      this.logger.debug('the window of requests was not changed', { error });
    }
  }
}
