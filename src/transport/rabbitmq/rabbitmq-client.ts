import { ClientRMQ, type ReadPacket } from '@nestjs/microservices';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import type { QueueSettings } from '../../config/queue-choice.js';
import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { NoReplies, NotRouted, SendFailed, TransportClosed } from '../errors.js';
import { troubleFields } from './engine-trouble.js';
import {
  connectAgain,
  connectionOptions,
  engineAddress,
  leave,
  watchConnection,
} from './engine-connection.js';

/** Where a message goes, and how. */
export interface Route {
  readonly exchange: string;
  readonly key: string;
  readonly options: Options.Publish;
}

/** An event that waits for a channel. */
interface Waiting {
  readonly resolve: (channel: ConfirmChannel) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Publishes events to exchanges. An event completes when RabbitMQ has confirmed it. It fails where it has to reach a
 * queue (`mandatory`) and reaches none, or where the connection ends first: whoever sends keeps it, not the client.
 *
 * It connects in the background, and goes on trying. Its status is `connected` while messages are taken.
 */
export abstract class RabbitmqClient extends ClientRMQ {
  protected readonly log = new EventLog('Transport');
  readonly address: string;
  private readonly failures = new LogThrottle();
  private manager: AmqpConnectionManager | undefined;
  /** Set up, and not closed. */
  private open: ConfirmChannel | undefined;
  /** Events that wait for a channel; their senders ask before whether there is one. */
  private readonly waiting: Waiting[] = [];
  /** Has each event fail that is not confirmed yet. */
  private readonly unconfirmed = new Set<(error: Error) => void>();
  private isSetUp = false;
  private isBlocked = false;
  private closed = false;
  private sayConnected: () => void = () => undefined;
  private messages = 0;
  /** Numbers of messages that reached no queue. */
  private readonly returned = new Set<string>();

  constructor(settings: QueueSettings, name: string) {
    super(connectionOptions(settings, name));
    this.address = engineAddress(settings);
  }

  /** Begins to connect, once, and waits for nothing. @throws TransportClosed after close() */
  override async connect(): Promise<void> {
    if (this.closed) throw new TransportClosed(this.address);
    if (this.manager) return;
    const manager = this.createClient() as AmqpConnectionManager;
    this.manager = manager;
    this.client = manager;
    this.sayConnected = watchConnection(manager, this.log, this.address, {
      lost: () => this.change({ isSetUp: false, isBlocked: false }),
      blocked: (isBlocked) => this.change({ isBlocked }),
    });
    const wrapper = manager.createChannel({
      json: false,
      setup: (channel: ConfirmChannel) => this.prepare(manager, channel),
    });
    wrapper.on('error', (error) => this.setUpFailed(error));
    this.channel = wrapper;
  }

  /** Events that were not confirmed by then fail with TransportClosed. */
  override async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.change({ isSetUp: false });
    const closed = new TransportClosed(this.address);
    for (const { reject } of this.waiting.splice(0)) reject(closed);
    if (this.manager) await leave(this.manager);
    for (const reject of this.unconfirmed) reject(closed);
  }

  /** Whether messages are taken. */
  get isConnected(): boolean {
    return this.isSetUp && !this.isBlocked;
  }

  /** Whether RabbitMQ takes nothing for now, as it lacks memory or disk. */
  get isRefusing(): boolean {
    return this.isBlocked;
  }

  /** Declares what the client needs, with each connection. */
  protected abstract declare(
    channel: ConfirmChannel,
    manager: AmqpConnectionManager,
  ): Promise<void>;

  protected abstract routeOf(packet: ReadPacket): Route;

  protected override publish({ pattern }: ReadPacket): never {
    throw new NoReplies(this.normalizePattern(pattern as string));
  }

  protected override dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    return this.deliver(packet) as Promise<T>;
  }

  /** @throws NotRouted, TransportClosed; SendFailed where the connection ended before it was confirmed */
  protected async deliver(packet: ReadPacket): Promise<void> {
    const { exchange, key, options } = this.routeOf(packet);
    const { pattern, data } = packet;
    const content = Buffer.from(JSON.stringify({ pattern, data: data as unknown }));
    const number = String(this.messages++);
    const headers = { ...options.headers, [NUMBER]: number };
    const sent = { contentType: 'application/json', ...options, headers };
    const channel = this.open ?? (await this.opened());
    try {
      await this.confirmed((done) => channel.publish(exchange, key, content, sent, done));
    } catch (error) {
      this.returned.delete(number);
      const cause = error as Error;
      if (this.closed) throw new TransportClosed(this.address, { cause });
      throw new SendFailed(this.address, { cause });
    }
    if (this.returned.delete(number)) throw new NotRouted(exchange, key);
  }

  /** The connection is made again, and with it what the client declares. */
  protected declareAgain(): void {
    if (this.manager && !this.closed) connectAgain(this.manager);
  }

  private async prepare(manager: AmqpConnectionManager, channel: ConfirmChannel): Promise<void> {
    channel.on('error', (error: Error) => this.setUpFailed(error));
    channel.on('return', ({ properties }: Message) => {
      this.returned.add(String(properties.headers?.[NUMBER]));
    });
    channel.once('close', () => (this.open = undefined));
    await this.declare(channel, manager);
    if (this.closed) return;
    this.open = channel;
    this.sayConnected();
    this.change({ isSetUp: true });
    for (const { resolve } of this.waiting.splice(0)) resolve(channel);
  }

  /** Resolves when RabbitMQ has confirmed what is published; rejects when the channel ends before, or the client. */
  private async confirmed(publish: (done: (error: unknown) => void) => void): Promise<void> {
    let giveUp: (error: Error) => void;
    const confirmation = new Promise<void>((resolve, reject) => {
      giveUp = reject;
      this.unconfirmed.add(giveUp);
      publish((error) => (error ? reject(error) : resolve()));
    });
    await confirmation.finally(() => this.unconfirmed.delete(giveUp));
  }

  /** The next channel. @throws TransportClosed where there will be none */
  private opened(): Promise<ConfirmChannel> {
    if (this.closed) throw new TransportClosed(this.address);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private setUpFailed(error: unknown): void {
    if (this.closed) return;
    const heldBack = this.failures.pass('failed');
    if (heldBack !== undefined) {
      const facts = {
        address: this.address,
        ...troubleFields(error),
        ...notLoggedBefore(heldBack),
      };
      this.log.error('RabbitMQ closed a channel, connecting again', facts);
    }
    this.change({ isSetUp: false });
    this.declareAgain();
  }

  private change(to: { readonly isSetUp?: boolean; readonly isBlocked?: boolean }): void {
    Object.assign(this, to);
    this._status$.next((this.isConnected ? 'connected' : 'disconnected') as never);
  }
}

/** Header that tells a message that was returned from others. */
const NUMBER = 'number';
