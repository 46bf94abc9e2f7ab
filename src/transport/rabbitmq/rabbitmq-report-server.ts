import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { BrokerSettings } from '../../config/broker-settings.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { DEAD_LETTER } from '../message-server.js';
import { ALL, Names } from './names.js';
import { type Event, RabbitmqServer, packetOf, settle } from './rabbitmq-server.js';
import type { ServedTrail } from './served-trail.js';
import { declareDeadLetters, declareReports, declareReportsFor } from './topology.js';

/** Reports that are in hand at once: they are acknowledged when they are on disk. */
const WINDOW = 100;
const DECLARED_EVERY_MS = 5000;
/** Lines a minute on messages that are not reports. */
const MAX_LINES = 20;

export interface RabbitmqReportServerOptions {
  readonly settings: Pick<BrokerSettings, 'queue' | 'rabbitmq_url' | 'rabbitmq_prefix'>;
  readonly trail: ServedTrail;
}

/** Takes reports on the requests of one trail, and copies of its dead letters. */
export class RabbitmqReportServer extends RabbitmqServer {
  /** A heartbeat of 100,000 requests, or the outcome of one with as many channels. */
  protected override readonly largest = 32 * 1024 * 1024;
  private readonly names: Names;
  private readonly throttle = new LogThrottle(60_000, MAX_LINES);

  constructor(private readonly parts: RabbitmqReportServerOptions) {
    super(parts.settings, 'sf-databuffer broker, reports');
    this.names = new Names(parts.settings.rabbitmq_prefix);
  }

  protected override async begin(channel: Channel, _manager: AmqpConnectionManager): Promise<void> {
    const { names } = this;
    const { id } = this.parts.trail;
    const presence = names.presenceFor(id);
    await channel.assertQueue(presence, { exclusive: true, durable: false });
    await this.declare(channel, presence);
    await channel.prefetch(WINDOW);
    await this.consume(channel, presence, (message) => void this.take(message), { noAck: true });
    await this.consume(channel, names.reportsFor(id), (message) => {
      void this.take(message).then(() => settle(channel, message, true));
    });
    this.declareNowAndThen(channel, presence);
  }

  protected override eventOf(message: ConsumeMessage): Event {
    const packet = packetOf(message);
    return isDeadLetter(message) ? { ...packet, pattern: DEAD_LETTER } : packet;
  }

  private async declare(channel: Channel, presence: string): Promise<void> {
    const { names } = this;
    const { id } = this.parts.trail;
    // Not the lanes: whoever makes these anew has to know that what they kept is gone.
    await declareDeadLetters(channel, names);
    await declareReports(channel, names);
    await declareReportsFor(channel, names, id);
    for (const key of [ALL, id]) await channel.bindQueue(presence, names.presence, key);
  }

  /** An exchange that somebody deletes takes its bindings along, and nobody hears of that. */
  private declareNowAndThen(channel: Channel, presence: string): void {
    const again = () => {
      this.declare(channel, presence).catch((error: unknown) => {
        this.logger.debug('nothing was declared anew', { error });
      });
    };
    const timer = setInterval(again, DECLARED_EVERY_MS).unref();
    channel.once('close', () => clearInterval(timer));
  }

  /** Never rejects. */
  private async take(message: ConsumeMessage): Promise<void> {
    try {
      await this.handle(message);
    } catch (error) {
      const heldBack = this.throttle.pass('no report');
      if (heldBack !== undefined) {
        const facts = { bytes: message.content.length, error, ...notLoggedBefore(heldBack) };
        this.logger.warn('a message among the reports could not be handled', facts);
      }
    }
  }
}

function isDeadLetter({ properties }: ConsumeMessage): boolean {
  return properties.headers?.['x-death'] !== undefined;
}
