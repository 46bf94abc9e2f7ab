import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { BrokerSettings } from '../../config/broker-settings.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { DEAD_LETTER } from '../message-server.js';
import { ALL, Names } from './names.js';
import { type Event, RabbitmqServer, packetOf, settle } from './rabbitmq-server.js';
import type { ServedTrail } from './served-trail.js';
import { declareReports, declareReportsFor } from './topology.js';

/** Reports that are in hand at once: they are acknowledged when they are on disk. */
const WINDOW = 100;
/** Lines a minute on messages that are not reports. */
const MAX_LINES = 20;

export interface RabbitmqReportServerOptions {
  readonly settings: Pick<BrokerSettings, 'queue' | 'rabbitmq_url' | 'rabbitmq_prefix'>;
  readonly trail: ServedTrail;
}

/** Takes reports on the requests of one trail, and copies of its dead letters. */
export class RabbitmqReportServer extends RabbitmqServer {
  private readonly names: Names;
  private readonly throttle = new LogThrottle(60_000, MAX_LINES);

  constructor(private readonly parts: RabbitmqReportServerOptions) {
    super(parts.settings, 'sf-databuffer broker, reports');
    this.names = new Names(parts.settings.rabbitmq_prefix);
  }

  protected override async begin(channel: Channel, _manager: AmqpConnectionManager): Promise<void> {
    const { names } = this;
    const { id } = this.parts.trail;
    await declareReports(channel, names);
    await declareReportsFor(channel, names, id);
    const queue = names.presenceFor(id);
    await channel.assertQueue(queue, { exclusive: true, durable: false });
    for (const key of [ALL, id]) await channel.bindQueue(queue, names.presence, key);
    await channel.prefetch(WINDOW);
    const take = (message: ConsumeMessage) => void this.take(channel, message);
    await this.consume(channel, queue, take, { noAck: true });
    await this.consume(channel, names.reportsFor(id), take);
  }

  protected override eventOf(message: ConsumeMessage): Event {
    const packet = packetOf(message);
    return isDeadLetter(message) ? { ...packet, pattern: DEAD_LETTER } : packet;
  }

  private async take(channel: Channel, message: ConsumeMessage): Promise<void> {
    try {
      await this.handle(message);
    } catch (error) {
      const heldBack = this.throttle.pass('no report');
      if (heldBack !== undefined) {
        const facts = { bytes: message.content.length, error, ...notLoggedBefore(heldBack) };
        this.logger.warn('a message among the reports could not be handled', facts);
      }
    }
    const isKept = message.fields.exchange !== this.names.presence;
    if (isKept) settle(channel, message, true);
  }
}

function isDeadLetter({ properties }: ConsumeMessage): boolean {
  return properties.headers?.['x-death'] !== undefined;
}
