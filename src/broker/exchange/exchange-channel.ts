import { setTimeout as delay } from 'node:timers/promises';
import type { AmqpConnectionManager, ChannelWrapper } from 'amqp-connection-manager';
import type { ConfirmChannel } from 'amqplib';
import { withoutCredentials } from '../../config/url-credentials.js';
import { errorText } from '../../logging/error-text.js';

const RECONNECT_S = 1;
/** For an operator to do something about what the server refuses. */
const RETRY_AFTER_S = 5;
/** A host that drops packets must not hold up the next one. */
const CONNECT_TIMEOUT_MS = 5000;
const LAST_MOMENT_MS = 2000;

/** One of the facility's exchanges, and in which RabbitMQ it is. */
export interface ExchangePlace {
  readonly name: string;
  /** Of several the next is tried where one fails. */
  readonly urls: readonly string[];
}

/** What an exchange is, as the facility's programs declare it themselves. */
export interface ExchangeKind {
  readonly type: 'fanout' | 'topic';
  /** The setting that names it. */
  readonly setting: '--status_exchange' | '--request_exchange';
  /** Who else uses it, for messages. */
  readonly users: string;
}

/** Whoever publishes to the exchange. */
export interface ExchangeUser {
  /** There is a channel now, the exchange declared. */
  opened(channel: ConfirmChannel): void;
  /** Nothing is taken for now, and why. */
  troubled(problem: string): void;
}

/**
 * A channel to one of the facility's exchanges, which are not durable. It is opened again for as long as it takes:
 * after a connection that ended, and after what the server refused.
 */
export class ExchangeChannel {
  private connections: AmqpConnectionManager | undefined;
  private opened: ChannelWrapper | undefined;
  private usable: ConfirmChannel | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isClosing = false;
  private trouble: string | undefined = 'there is no connection to RabbitMQ yet';

  constructor(
    private readonly place: ExchangePlace,
    private readonly kind: ExchangeKind,
    private readonly user: ExchangeUser,
  ) {}

  get name(): string {
    return this.place.name;
  }

  /** To publish on; undefined while there is none. */
  get channel(): ConfirmChannel | undefined {
    return this.usable;
  }

  /** Why nothing is taken, and what to do about it; undefined while messages are taken. */
  get problem(): string | undefined {
    return this.trouble;
  }

  /** Begins to connect, and goes on until it is closed. Never rejects. */
  async connect(): Promise<void> {
    try {
      // Loaded by those alone that have such an exchange.
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
        if (this.usable) this.trouble = undefined;
      });
      this.openChannel(connections);
    } catch (error) {
      this.unreachable(error);
    }
  }

  /** Ends. @param lastWords what has a moment to go out, where RabbitMQ is there */
  async close(lastWords?: () => Promise<unknown> | undefined): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.retry);
    if (this.usable) await within(LAST_MOMENT_MS, lastWords?.());
    this.usable = undefined;
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
    await channel.assertExchange(this.name, this.kind.type, { durable: false });
    this.usable = channel;
    this.trouble = undefined;
    this.user.opened(channel);
  }

  /** There is no connection, and another one is tried by itself. */
  private unreachable(error: unknown): void {
    this.usable = undefined;
    if (!this.isClosing) this.complain(clean(error));
  }

  /** The server closed the channel, and nobody but us opens another one on the same connection. */
  private refused(error: unknown): void {
    this.usable = undefined;
    if (this.isClosing) return;
    const remedy = this.remedyFor(error);
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

  private complain(problem: string): void {
    this.trouble = problem;
    this.user.troubled(problem);
  }

  private remedyFor(error: unknown): string | undefined {
    const { type, setting, users } = this.kind;
    switch ((error as { readonly code?: unknown } | undefined)?.code) {
      case 406:
        return (
          `RabbitMQ has an exchange ${this.name} already that is durable, or no ${type}, and ${users} ` +
          `could not use it either: delete it there, or give ${setting} another name`
        );
      case 403:
        return `give the user of --rabbitmq_url the right to configure and to write ${this.name}`;
      default:
        return undefined;
    }
  }
}

/** What RabbitMQ's client says, fit for everybody's eyes. */
function clean(error: unknown): string {
  return withoutCredentials(errorText(error));
}

/** Waits for the end of something, so many ms at most. */
async function within(ms: number, end: Promise<unknown> | undefined): Promise<void> {
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const limit = delay(ms, undefined, { signal }).catch(() => undefined);
  await Promise.race([limit, end?.catch(() => undefined)]);
  giveUp.abort();
}
