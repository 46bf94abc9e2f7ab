import { setTimeout as delay } from 'node:timers/promises';
import type { AmqpConnectionManager, ChannelWrapper } from 'amqp-connection-manager';
import type { ConfirmChannel } from 'amqplib';
import { withoutCredentials } from '../../config/url-credentials.js';
import { errorText } from '../../logging/error-text.js';
import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { CodeCounts } from '../../monitoring/code-counts.js';
import type { StatusMessage } from './status-message.js';
import { ACTIONS } from './told-lives.js';
import { WaitingMessages } from './waiting-messages.js';

/** What waits for RabbitMQ at most. */
const MAX_WAITING = { messages: 1000, bytes: 16 * 1024 * 1024 };
/** Published before all of them have to be confirmed. */
const BATCH = 100;
const RECONNECT_S = 1;
/** For an operator to do something about what the server refuses. */
const RETRY_AFTER_S = 5;
/** A host that drops packets must not hold up the next one. */
const CONNECT_TIMEOUT_MS = 5000;
const LAST_MOMENT_MS = 2000;

/** Where listeners are told, and by which RabbitMQ. */
export interface ExchangePlace {
  readonly name: string;
  /** Of several the next is tried where one fails. */
  readonly urls: readonly string[];
}

/**
 * The exchange that the facility's listeners bind their queues to: a fanout that is not durable, as they declare
 * it themselves. What can't be published waits, and the oldest give way: nobody ever waits for it.
 */
export class StatusExchange {
  /** Messages that RabbitMQ has taken, by what they tell. */
  readonly published = new CodeCounts(ACTIONS);
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();
  private connections: AmqpConnectionManager | undefined;
  private opened: ChannelWrapper | undefined;
  private channel: ConfirmChannel | undefined;
  private readonly messages = new WaitingMessages(MAX_WAITING);
  private publishing: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isClosing = false;
  private underWay = 0;
  private lost = 0;
  private trouble: string | undefined = 'there is no connection to RabbitMQ yet';

  constructor(private readonly place: ExchangePlace) {}

  get name(): string {
    return this.place.name;
  }

  /** Whether messages are taken at present. */
  get isReached(): boolean {
    return this.trouble === undefined;
  }

  /** Why messages wait, and what to do about it; undefined while they are taken. */
  get problem(): string | undefined {
    return this.trouble;
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
  async connect(): Promise<void> {
    try {
      // Loaded by those alone that tell listeners.
      const { connect } = await import('amqp-connection-manager');
      if (this.isClosing) return;
      const connections = connect([...this.place.urls], {
        reconnectTimeInSeconds: RECONNECT_S,
        connectionOptions: {
          timeout: CONNECT_TIMEOUT_MS,
          noDelay: true,
          clientProperties: { connection_name: `sf-databuffer broker, exchange ${this.name}` },
        },
      });
      this.connections = connections;
      connections.on('connectFailed', ({ err }) => this.unreachable(err));
      connections.on('disconnect', ({ err }) =>
        this.unreachable(err ?? 'the connection was closed'),
      );
      connections.on('blocked', ({ reason }) => this.complain(`RabbitMQ takes nothing: ${reason}`));
      connections.on('unblocked', () => {
        // Else something else is in the way, and has been told meanwhile.
        if (this.channel) this.trouble = undefined;
      });
      this.openChannel(connections);
    } catch (error) {
      this.unreachable(error);
    }
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
      error: clean(reason),
      limit: MAX_WAITING.messages,
      ...notLoggedBefore(heldBack),
    });
  }

  /** Ends; what waits has a moment to go out, where RabbitMQ is there. */
  async close(): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.retry);
    if (this.channel) await within(LAST_MOMENT_MS, this.publishing);
    if (this.waiting > 0) this.drop(this.waiting, 'the broker ends');
    this.channel = undefined;
    // It never resolves where it waits to connect again.
    await within(LAST_MOMENT_MS, this.connections?.close());
  }

  private openChannel(connections: AmqpConnectionManager): void {
    this.opened = connections.createChannel({
      setup: (channel: ConfirmChannel) => this.declare(channel),
    });
    this.opened.on('error', (error: unknown) => this.refused(error));
  }

  private async declare(channel: ConfirmChannel): Promise<void> {
    // Without a listener, what the server says of one channel would end the whole connection.
    channel.on('error', (error) => this.refused(error));
    await channel.assertExchange(this.name, 'fanout', { durable: false });
    this.channel = channel;
    this.trouble = undefined;
    this.logger.log('tells listeners', { exchange: this.name });
    this.pump();
  }

  /** There is no connection, and another one is tried by itself. */
  private unreachable(error: unknown): void {
    this.channel = undefined;
    if (!this.isClosing) this.complain(clean(error));
  }

  /** The server closed the channel, and nobody but us opens another one on the same connection. */
  private refused(error: unknown): void {
    this.channel = undefined;
    if (this.isClosing) return;
    const remedy = remedyFor(error, this.name);
    this.complain(remedy ? `${clean(error)}: ${remedy}` : clean(error));
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.openAgain(), RETRY_AFTER_S * 1000);
    this.retry.unref();
  }

  private async openAgain(): Promise<void> {
    try {
      await this.opened?.close();
    } catch {
      // The server has closed it already.
    }
    if (this.connections && !this.isClosing) this.openChannel(this.connections);
  }

  private complain(trouble: string): void {
    this.trouble = trouble;
    const heldBack = this.throttle.pass('unreachable');
    if (heldBack === undefined) return;
    this.logger.warn('status messages for listeners wait', {
      exchange: this.name,
      error: trouble,
      ...notLoggedBefore(heldBack),
    });
  }

  private pump(): void {
    this.publishing ??= this.publishAll().finally(() => (this.publishing = undefined));
  }

  private async publishAll(): Promise<void> {
    while (this.channel && this.messages.size > 0) {
      const batch = this.messages.take(BATCH);
      this.underWay = batch.length;
      try {
        for (const message of batch) this.send(this.channel, message);
        await this.channel.waitForConfirms();
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
    if (count > 0) this.drop(count, this.trouble ?? 'RabbitMQ takes them too slowly');
  }
}

function clean(error: unknown): string {
  return withoutCredentials(errorText(error));
}

function remedyFor(error: unknown, exchange: string): string | undefined {
  switch ((error as { readonly code?: unknown } | undefined)?.code) {
    case 406:
      return (
        `RabbitMQ has an exchange ${exchange} already that is durable, or no fanout, and the facility's listeners ` +
        'could not use it either: delete it there, or give --status_exchange another name'
      );
    case 403:
      return `give the user of --rabbitmq_url the right to configure and to write ${exchange}`;
    default:
      return undefined;
  }
}

/** Waits for the end of something, so many ms at most. */
async function within(ms: number, end: Promise<unknown> | undefined): Promise<void> {
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const limit = delay(ms, undefined, { signal }).catch(() => undefined);
  await Promise.race([limit, end?.catch(() => undefined)]);
  giveUp.abort();
}
