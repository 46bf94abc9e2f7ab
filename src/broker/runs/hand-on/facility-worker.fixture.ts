import { randomUUID } from 'node:crypto';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { connectToRabbitmq } from '../../listeners/facility-listener.fixture.js';

/** A request as one of the facility's programs gets it. */
export interface FacilityWork {
  readonly routingKey: string;
  readonly properties: ConsumeMessage['properties'];
  readonly body: Record<string, unknown>;
}

/** One of the facility's programs that write: what it declares itself, and what it got. */
export class FacilityWorker {
  readonly got: FacilityWork[] = [];

  private constructor(
    readonly exchange: string,
    private readonly connection: ChannelModel,
  ) {}

  /**
   * @param keys that it takes
   * @param exchange of a test's own, where none is given
   */
  static async listen(
    keys: readonly string[],
    exchange = `request-${randomUUID()}`,
  ): Promise<FacilityWorker> {
    const connection = await connectToRabbitmq();
    const worker = new FacilityWorker(exchange, connection);
    const channel = await connection.createChannel();
    await channel.assertExchange(exchange, 'topic', { durable: false });
    const { queue } = await channel.assertQueue('', { durable: false, autoDelete: true });
    for (const key of keys) await channel.bindQueue(queue, exchange, key);
    await channel.consume(queue, (message) => message && worker.take(message), { noAck: true });
    return worker;
  }

  /** Removes the exchange as well. */
  async close(): Promise<void> {
    const channel = await this.connection.createChannel();
    await channel.deleteExchange(this.exchange);
    await this.connection.close();
  }

  private take({ content, fields, properties }: ConsumeMessage): void {
    const body = JSON.parse(content.toString()) as Record<string, unknown>;
    this.got.push({ routingKey: fields.routingKey, properties, body });
  }
}
