import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ConfirmChannel, Message } from 'amqplib';
import { Subject } from 'rxjs';
import { errorText } from '../../../logging/error-text.js';
import { EventLog } from '../../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../../logging/log-throttle.js';
import { withoutCredentials } from '../../../config/url-credentials.js';
import { ExchangeChannel, type ExchangePlace } from '../../exchange/exchange-channel.js';
import { NoRequestExchange, NotHandedOn } from './errors.js';
import { KINDS, type RequestKind, type RequestMessage } from './request-message.js';

/** For RabbitMQ to take a request, ms: clients give up after two seconds. */
const TIME_LIMIT_MS = 1500;

const RESULTS = ['taken', 'returned', 'failed'] as const;
type Result = (typeof RESULTS)[number];

/** What each kind of request is, for people. */
const NAMES: Readonly<Record<RequestKind, string>> = {
  pvs: 'EPICS PVs',
  detector: 'detector files',
  pedestal: 'pedestals',
  power_on: 'the power of detectors',
};

/**
 * The exchange that takes requests for what others write: a topic that is not durable, as the facility's programs
 * declare it themselves. A request counts as handed on when RabbitMQ has confirmed it and had a queue for it.
 */
@Injectable()
export class RequestExchange implements OnModuleInit, OnApplicationShutdown {
  /** Requests that were handed on. */
  readonly handedOn = new Subject<RequestMessage>();
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();
  private readonly exchange: ExchangeChannel | undefined;
  private readonly counts = new Map<RequestKind, Record<Result, number>>(
    KINDS.map((kind) => [kind, { taken: 0, returned: 0, failed: 0 }]),
  );
  /** Of requests that came back, as no queue is there for them. */
  private readonly returned = new Set<string>();
  /** Whether it is there is known. */
  private readonly looked: Promise<void>;
  private hasLooked: () => void = () => undefined;

  /** @param place undefined where there is none */
  constructor(place: ExchangePlace | undefined) {
    this.looked = new Promise((resolve) => (this.hasLooked = resolve));
    this.exchange =
      place &&
      new ExchangeChannel(
        place,
        { type: 'topic', setting: '--request_exchange', users: "the facility's programs" },
        {
          opened: (channel) => this.opened(channel, place),
          troubled: (problem) => this.troubled(problem, place),
        },
      );
  }

  /** Nothing waits for the connection. */
  onModuleInit(): void {
    void this.exchange?.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.handedOn.complete();
    await this.exchange?.close();
  }

  /** Its name; undefined where there is none. */
  get name(): string | undefined {
    return this.exchange?.name;
  }

  /** Why requests are not taken, and what to do about it; undefined while they are. */
  get problem(): string | undefined {
    return this.exchange?.problem;
  }

  /** How many requests of which kind were taken, came back as nobody listens, or failed. */
  *results(): Generator<readonly [labels: { kind: string; result: string }, count: number]> {
    for (const [kind, counts] of this.counts) {
      for (const result of RESULTS) yield [{ kind, result }, counts[result]];
    }
  }

  /** @throws NoRequestExchange */
  assertThere(kind: RequestKind): ExchangeChannel {
    if (!this.exchange) throw new NoRequestExchange(NAMES[kind]);
    return this.exchange;
  }

  /**
   * Hands a request on; it is taken when this resolves.
   *
   * @throws NoRequestExchange, NotHandedOn
   */
  async publish(message: RequestMessage): Promise<void> {
    const exchange = this.assertThere(message.kind);
    const { kind, routingKey: routing_key, outputFile: output_file } = message;
    const counts = this.counts.get(kind)!;
    const fields = { exchange: exchange.name, routing_key, output_file };
    try {
      await this.taken(exchange, message);
    } catch (error) {
      counts[error instanceof Returned ? 'returned' : 'failed']++;
      this.logger.error('request could not be handed on', { ...fields, error });
      throw error;
    }
    counts.taken++;
    this.logger.log('request handed on', fields);
    this.handedOn.next(message);
  }

  private async taken(exchange: ExchangeChannel, message: RequestMessage): Promise<void> {
    const { name } = exchange;
    const { routingKey } = message;
    const limit = new AbortController();
    const { signal } = limit;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const reason = `it did not confirm it within ${TIME_LIMIT_MS / 1000} s`;
      signal.addEventListener('abort', () =>
        reject(new NotHandedOn(name, routingKey, exchange.problem ?? reason, false)),
      );
    });
    const timer = setTimeout(() => limit.abort(), TIME_LIMIT_MS);
    try {
      await Promise.race([this.confirmed(exchange, message, signal), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async confirmed(
    exchange: ExchangeChannel,
    message: RequestMessage,
    limit: AbortSignal,
  ): Promise<void> {
    await this.looked;
    // Its caller has been told that it was not taken.
    if (limit.aborted) return;
    const { name, channel, problem } = exchange;
    const { routingKey, correlationId, timestamp, body } = message;
    if (!channel || problem !== undefined) {
      throw new NotHandedOn(name, routingKey, problem ?? 'the broker ends', true);
    }
    const options = { mandatory: true, correlationId, timestamp };
    await new Promise<void>((resolve, reject) => {
      const settle = (error: unknown) => {
        // RabbitMQ sends a message back before it confirms it.
        if (this.returned.delete(correlationId)) reject(new Returned(name, routingKey));
        else if (error === null || error === undefined) resolve();
        else reject(new NotHandedOn(name, routingKey, clean(error), false));
      };
      try {
        channel.publish(name, routingKey, body, options, settle);
      } catch (error) {
        reject(new NotHandedOn(name, routingKey, clean(error), true));
      }
    });
  }

  private opened(channel: ConfirmChannel, { name: exchange }: ExchangePlace): void {
    channel.on('return', ({ properties }: Message) => {
      this.returned.add(String(properties.correlationId));
    });
    this.logger.log('hands on what others write', { exchange });
    this.hasLooked();
  }

  private troubled(problem: string, { name: exchange }: ExchangePlace): void {
    this.hasLooked();
    const heldBack = this.throttle.pass('unreachable');
    if (heldBack === undefined) return;
    this.logger.warn('nothing can be handed on to others', {
      exchange,
      error: problem,
      ...notLoggedBefore(heldBack),
    });
  }
}

/** No queue is bound for it. */
class Returned extends NotHandedOn {
  constructor(exchange: string, routingKey: string) {
    super(exchange, routingKey, `no program listens there for ${routingKey}`, true);
  }
}

function clean(error: unknown): string {
  return withoutCredentials(errorText(error));
}
