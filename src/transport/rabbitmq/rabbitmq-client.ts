import { setTimeout as delay } from 'node:timers/promises';
import { ClientRMQ, type ReadPacket } from '@nestjs/microservices';
import type { AmqpConnectionManager, ChannelWrapper } from 'amqp-connection-manager';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import type { QueueSettings } from '../../config/queue-choice.js';
import { EventLog } from '../../logging/event-log.js';
import { NoReplies, NotRouted, SendFailed, TransportClosed } from '../errors.js';
import {
  connectAgain,
  connectionOptions,
  engineAddress,
  watchConnection,
} from './engine-connection.js';

/** Time for what is on its way when it is closed, ms. */
const CLOSING_MS = 1000;

/** Where a message goes, and how. */
export interface Route {
  readonly exchange: string;
  readonly key: string;
  readonly options: Options.Publish;
}

/**
 * Publishes events to exchanges. An event completes when RabbitMQ has confirmed it; one that has to reach a queue
 * (`mandatory`) and reaches none fails with NotRouted.
 *
 * It connects in the background, and goes on trying. An event that is under way when the connection breaks is
 * published once more. Its status is `connected` while messages are taken.
 */
export abstract class RabbitmqClient extends ClientRMQ {
  protected readonly log = new EventLog('Transport');
  readonly address: string;
  private manager: AmqpConnectionManager | undefined;
  private wrapper: ChannelWrapper | undefined;
  private isSetUp = false;
  private isBlocked = false;
  private closed = false;
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
    watchConnection(manager, this.log, this.address, {
      lost: () => this.change({ isSetUp: false, isBlocked: false }),
      blocked: (isBlocked) => this.change({ isBlocked }),
    });
    this.wrapper = manager.createChannel({
      json: false,
      setup: (channel: ConfirmChannel) => this.prepare(manager, channel),
    });
    this.wrapper.on('error', (error) => this.setUpFailed(error));
    this.channel = this.wrapper;
  }

  /** Events that were not confirmed by then fail with TransportClosed. */
  override async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.change({ isSetUp: false });
    const closed = super.close().catch(() => 'it is gone already');
    await Promise.race([closed, delay(CLOSING_MS, undefined, { ref: false })]);
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

  /** @throws NotRouted, TransportClosed, SendFailed */
  protected async deliver(packet: ReadPacket): Promise<void> {
    const { exchange, key, options } = this.routeOf(packet);
    const { pattern, data } = packet;
    const content = Buffer.from(JSON.stringify({ pattern, data: data as unknown }));
    const number = String(this.messages++);
    const headers = { ...options.headers, [NUMBER]: number };
    if (this.closed) throw new TransportClosed(this.address);
    try {
      await this.wrapper!.publish(exchange, key, content, {
        contentType: 'application/json',
        ...options,
        headers,
      });
    } catch (error) {
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
    await this.declare(channel, manager);
    this.change({ isSetUp: true });
  }

  private setUpFailed(error: unknown): void {
    if (this.closed) return;
    this.log.error('RabbitMQ refuses what is needed, trying again', {
      address: this.address,
      error,
    });
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
