import type { ConfirmChannel } from 'amqplib';
import { withoutCredentials } from '../../config/url-credentials.js';
import { errorText } from '../../logging/error-text.js';
import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { CodeCounts } from '../../monitoring/code-counts.js';
import { ExchangeChannel, type ExchangePlace } from '../exchange/exchange-channel.js';
import type { StatusMessage } from './status-message.js';
import { ACTIONS } from './told-lives.js';
import { WaitingMessages } from './waiting-messages.js';

/** What waits for RabbitMQ at most. */
const MAX_WAITING = { messages: 1000, bytes: 16 * 1024 * 1024 };
/** Published before all of them have to be confirmed. */
const BATCH = 100;

/**
 * The exchange that the facility's listeners bind their queues to: a fanout that is not durable, as they declare
 * it themselves. What can't be published waits, and the oldest give way: nobody ever waits for it.
 */
export class StatusExchange {
  /** Messages that RabbitMQ has taken, by what they tell. */
  readonly published = new CodeCounts(ACTIONS);
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();
  private readonly messages = new WaitingMessages(MAX_WAITING);
  private readonly exchange: ExchangeChannel;
  private publishing: Promise<void> | undefined;
  private isClosing = false;
  private underWay = 0;
  private lost = 0;

  constructor(place: ExchangePlace) {
    this.exchange = new ExchangeChannel(
      place,
      { type: 'fanout', setting: '--status_exchange', users: "the facility's listeners" },
      { opened: () => this.opened(), troubled: (problem) => this.troubled(problem) },
    );
  }

  get name(): string {
    return this.exchange.name;
  }

  /** Whether messages are taken at present. */
  get isReached(): boolean {
    return this.problem === undefined;
  }

  /** Why messages wait, and what to do about it; undefined while they are taken. */
  get problem(): string | undefined {
    return this.exchange.problem;
  }

  /** Messages that RabbitMQ has not taken yet. */
  get waiting(): number {
    return this.messages.size + this.underWay;
  }

  /** Messages that nobody will hear. */
  get dropped(): number {
    return this.lost;
  }

  /** Begins to connect, and goes on until it is closed. Never rejects. */
  connect(): Promise<void> {
    return this.exchange.connect();
  }

  /** Has a message published as soon as possible. */
  publish(message: StatusMessage): void {
    if (this.isClosing) return;
    this.giveWay(this.messages.add(message));
    this.pump();
  }

  /** Messages are lost. */
  drop(count: number, reason: unknown): void {
    this.lost += count;
    const heldBack = this.throttle.pass('dropped');
    if (heldBack === undefined) return;
    this.logger.warn('status messages for listeners are dropped', {
      exchange: this.name,
      error: withoutCredentials(errorText(reason)),
      limit: MAX_WAITING.messages,
      ...notLoggedBefore(heldBack),
    });
  }

  /** Ends; what waits has a moment to go out, where RabbitMQ is there. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.exchange.close(() => this.publishing);
    if (this.waiting > 0) this.drop(this.waiting, 'the broker ends');
  }

  private opened(): void {
    this.logger.log('tells listeners', { exchange: this.name });
    this.pump();
  }

  private troubled(problem: string): void {
    const heldBack = this.throttle.pass('unreachable');
    if (heldBack === undefined) return;
    this.logger.warn('status messages for listeners wait', {
      exchange: this.name,
      error: problem,
      ...notLoggedBefore(heldBack),
    });
  }

  private pump(): void {
    this.publishing ??= this.publishAll().finally(() => (this.publishing = undefined));
  }

  private async publishAll(): Promise<void> {
    for (
      let channel = this.exchange.channel;
      channel && this.messages.size > 0;
      channel = this.exchange.channel
    ) {
      const batch = this.messages.take(BATCH);
      this.underWay = batch.length;
      try {
        for (const message of batch) this.send(channel, message);
        await channel.waitForConfirms();
        for (const { action } of batch) this.published.add(action);
      } catch {
        // Its connection ended, which is told elsewhere. Some may be told twice then, and none is lost.
        this.giveWay(this.messages.putBack(batch));
        return;
      } finally {
        this.underWay = 0;
      }
    }
  }

  private send(channel: ConfirmChannel, message: StatusMessage): void {
    const { routingKey, headers, correlationId, timestamp, body } = message;
    channel.publish(this.name, routingKey, body, { headers, correlationId, timestamp });
  }

  private giveWay(count: number): void {
    if (count > 0) this.drop(count, this.problem ?? 'RabbitMQ takes them too slowly');
  }
}
