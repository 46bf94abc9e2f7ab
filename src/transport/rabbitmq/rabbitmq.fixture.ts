import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Channel, ChannelModel } from 'amqplib';
import { Names } from './names.js';

const URL = process.env.RABBITMQ_URL ?? 'amqp://guest:guest@127.0.0.1:5672';

/** Connects as the product does: by `require`, which bundles leave alone. */
async function connect(): Promise<ChannelModel> {
  const { connect } = createRequire(import.meta.url)('amqplib') as typeof import('amqplib');
  return connect(`${URL}?heartbeat=60`, { timeout: 10_000 });
}

/** Whether tests have a RabbitMQ: the one of RABBITMQ_URL, or that of this machine. */
export async function hasRabbitmq(): Promise<boolean> {
  try {
    await (await connect()).close();
    return true;
  } catch {
    return false;
  }
}

/** Queues and exchanges of one test, under a prefix of their own, and a channel to look at them. */
export class TestedRabbitmq {
  readonly prefix = `test.${randomUUID()}`;
  readonly names = new Names(this.prefix);
  private readonly trails = new Set<string>();

  private constructor(
    private readonly connection: ChannelModel,
    readonly channel: Channel,
  ) {}

  static async open(): Promise<TestedRabbitmq> {
    const connection = await connect();
    const channel = await connection.createChannel();
    return new TestedRabbitmq(connection, channel);
  }

  /** Settings that choose it. */
  get settings() {
    return { queue: 'rabbitmq', rabbitmq_url: [URL], rabbitmq_prefix: this.prefix } as const;
  }

  /** The same as flags of the command line. */
  get flags(): string[] {
    return ['--queue', 'rabbitmq', '--rabbitmq_url', URL, '--rabbitmq_prefix', this.prefix];
  }

  /** A trail whose queue is deleted in the end. */
  trail(id: string = randomUUID()): string {
    this.trails.add(id);
    return id;
  }

  /** Messages in a queue that nobody has in hand; none where there is no such queue yet. */
  async depth(queue: string): Promise<number> {
    const channel = await this.connection.createChannel();
    channel.on('error', () => 'the call has it as well');
    try {
      const { messageCount } = await channel.checkQueue(queue);
      await channel.close();
      return messageCount;
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error;
      return 0;
    }
  }

  /** Deletes all that is under the prefix. */
  async close(): Promise<void> {
    const { names, channel } = this;
    const queues = [names.lane('live'), names.lane('background'), names.deadLetters];
    const exchanges = [names.requests, names.deadLetters, names.reports, names.presence];
    for (const id of this.trails) {
      queues.push(names.reportsFor(id));
      exchanges.push(names.markOf(id));
    }
    for (const queue of queues) await channel.deleteQueue(queue);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
    await this.connection.close();
  }
}
