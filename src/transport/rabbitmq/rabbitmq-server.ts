import type { OnApplicationShutdown } from '@nestjs/common';
import { ServerRMQ } from '@nestjs/microservices';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { isObservable, lastValueFrom } from 'rxjs';
import type { QueueSettings } from '../../config/queue-choice.js';
import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { MALFORMED_CODES, MalformedMessage } from '../errors.js';
import { MessageContext, type MessageFacts, type MessageServer } from '../message-server.js';
import { troubleFields } from './engine-trouble.js';
import {
  connectAgain,
  connectionOptions,
  engineAddress,
  forAMoment,
  leave,
  watchConnection,
} from './engine-connection.js';

/** The event that a message is. */
export interface Event {
  readonly pattern: string;
  readonly data: unknown;
}

/**
 * Takes messages from queues and hands them to Nest's event handlers. It connects in the background, and goes on
 * trying; messages that were in hand when a connection broke are handed out anew by RabbitMQ.
 */
export abstract class RabbitmqServer
  extends ServerRMQ
  implements MessageServer, OnApplicationShutdown
{
  protected override readonly logger = new EventLog('Transport');
  /** What handlers fail with is dealt with here. */
  override readonly propagatesEventHandlerErrors = true;
  readonly address: string;
  private readonly rejections = new Map<string, number>(MALFORMED_CODES.map((code) => [code, 0]));
  private manager: AmqpConnectionManager | undefined;
  private closed = false;
  private isSetUp = false;
  private readonly failures = new LogThrottle();
  /** Channels by their consumers' tags. */
  private readonly consumers = new Map<string, Channel>();
  private sayConnected: () => void = () => undefined;
  private inHand = 0;
  private idle: (() => void) | undefined;

  constructor(settings: QueueSettings, name: string) {
    super({ ...connectionOptions(settings, name), noAck: false });
    this.address = engineAddress(settings);
  }

  /** Begins to connect, and waits for nothing. */
  override async listen(callback: (error?: unknown) => void): Promise<void> {
    const manager = await this.createClient<AmqpConnectionManager>();
    this.manager = manager;
    this.server = manager;
    this.sayConnected = watchConnection(manager, this.logger, this.address, {
      lost: (error) => this.lost(error),
      blocked: () => undefined,
    });
    const wrapper = manager.createChannel({
      json: false,
      confirm: false,
      setup: (channel: Channel) => this.prepare(manager, channel),
    });
    wrapper.on('error', (error) => this.failed(error));
    this.channel = wrapper;
    callback();
  }

  /**
   * Takes no more. The connection stays until the application has shut down: what handlers have in hand is
   * acknowledged as they end, and nobody else begins it meanwhile.
   */
  override async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.changed(false);
    const cancelled = this.cancelAll().catch((error: unknown) => {
      this.logger.debug('consumers were not cancelled', { error });
    });
    await forAMoment(cancelled);
  }

  /** Handlers have a moment to end with what they have in hand; what they don't, RabbitMQ hands out anew. */
  async onApplicationShutdown(): Promise<void> {
    if (this.inHand > 0) await forAMoment(new Promise<void>((resolve) => (this.idle = resolve)));
    if (this.manager) await leave(this.manager);
  }

  /** Whether it takes no more. */
  protected get isClosed(): boolean {
    return this.closed;
  }

  /** Whether messages come. */
  get isConnected(): boolean {
    return this.isSetUp;
  }

  get rejected(): ReadonlyMap<string, number> {
    return this.rejections;
  }

  /** Declares what it takes messages from, and begins to take them; with each connection. */
  protected abstract begin(channel: Channel, manager: AmqpConnectionManager): Promise<void>;

  /** Has a channel consume a queue until the server is closed. @returns the consumer's tag */
  protected async consume(
    channel: Channel,
    queue: string,
    take: (message: ConsumeMessage) => void,
    options?: Options.Consume,
  ): Promise<string> {
    const onMessage = (message: ConsumeMessage | null) => {
      // RabbitMQ ended the consumer: its queue was deleted.
      if (!message) channel.emit('error', new Error(`the queue ${queue} was deleted`));
      else take(message);
    };
    const { consumerTag } = await channel.consume(queue, onMessage, options);
    this.consumers.set(consumerTag, channel);
    // It was on its way while the others were ended.
    if (this.closed) await this.cancel(consumerTag);
    return consumerTag;
  }

  /** Ends a consumer; what it has in hand stays there. */
  protected async cancel(tag: string): Promise<void> {
    const channel = this.consumers.get(tag);
    this.consumers.delete(tag);
    await channel?.cancel(tag);
  }

  /** Bytes of a message at most: to parse more would hold up all else. */
  protected abstract readonly largest: number;

  /** @throws MalformedMessage */
  protected abstract eventOf(message: ConsumeMessage): Event;

  /** What else handlers may know of a message. */
  protected factsOf(_message: ConsumeMessage): MessageFacts {
    return { sent: undefined };
  }

  /** The connection ended, or could not be made. */
  protected lost(_error: Error | undefined): void {
    this.changed(false);
  }

  /**
   * Hands a message to its handler.
   *
   * @throws MalformedMessage, or what the handler fails with
   */
  protected async handle(message: ConsumeMessage): Promise<void> {
    this.inHand++;
    try {
      const { length } = message.content;
      if (length > this.largest) {
        const problem = `has ${length} bytes; at most ${this.largest} are allowed`;
        throw new MalformedMessage('bad_value', 'message', problem);
      }
      const { pattern, data } = this.eventOf(message);
      const handler = this.getHandlerByPattern(pattern);
      if (!handler) {
        throw new MalformedMessage('unknown_message', 'message', `has the pattern ${pattern}`);
      }
      const context = new MessageContext([this.factsOf(message), pattern]);
      const result: unknown = await handler(data, context);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      if (error instanceof MalformedMessage) {
        this.rejections.set(error.code, (this.rejections.get(error.code) ?? 0) + 1);
      }
      throw error;
    } finally {
      this.inHand--;
      if (this.inHand === 0) this.idle?.();
    }
  }

  private async prepare(manager: AmqpConnectionManager, channel: Channel): Promise<void> {
    channel.on('error', (error: Error) => this.failed(error));
    this.consumers.clear();
    if (this.closed) return;
    await this.begin(channel, manager);
    if (this.isClosed) return;
    this.sayConnected();
    this.changed(true);
  }

  private async cancelAll(): Promise<void> {
    await Promise.all([...this.consumers.keys()].map((tag) => this.cancel(tag)));
  }

  private failed(error: Error): void {
    if (this.closed) return;
    this.lost(error);
    const heldBack = this.failures.pass('failed');
    if (heldBack !== undefined) {
      const facts = {
        address: this.address,
        ...troubleFields(error),
        ...notLoggedBefore(heldBack),
      };
      this.logger.warn('RabbitMQ closed a channel, connecting again', facts);
    }
    connectAgain(this.manager!);
  }

  private changed(isSetUp: boolean): void {
    if (this.isSetUp === isSetUp) return;
    this.isSetUp = isSetUp;
    this._status$.next((isSetUp ? 'connected' : 'disconnected') as never);
  }
}

/** The JSON object that a message is. @throws MalformedMessage */
export function bodyOf({ content }: ConsumeMessage): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(content.toString());
  } catch (error) {
    throw new MalformedMessage('bad_value', 'message', `is not JSON (${(error as Error).message})`);
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as never;
  throw new MalformedMessage('bad_value', 'message', 'is not a JSON object');
}

/** The event in a message as Nest sends it: `{pattern, data}`. @throws MalformedMessage */
export function packetOf(message: ConsumeMessage): Event {
  const { pattern, data } = bodyOf(message);
  if (typeof pattern === 'string' && typeof data === 'object' && data !== null) {
    return { pattern, data };
  }
  throw new MalformedMessage('unknown_message', 'message', 'has no pattern with an object as data');
}

/** Acknowledges a message, or rejects it for good; unless its channel is gone, and RabbitMQ has it back. */
export function settle(channel: Channel, message: ConsumeMessage, isTaken: boolean): void {
  try {
    if (isTaken) channel.ack(message);
    else channel.nack(message, false, false);
  } catch (error) {
    if ((error as Error).name !== 'IllegalOperationError') throw error;
  }
}
