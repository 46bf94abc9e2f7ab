import { randomUUID } from 'node:crypto';
import { type ChannelModel, type ConsumeMessage, connect } from 'amqplib';

const URL = process.env.RABBITMQ_URL ?? 'amqp://guest:guest@127.0.0.1:5672';

/** Whether there is a RabbitMQ: the one of RABBITMQ_URL, or that of this machine. */
export const HAS_RABBITMQ = await answers();

async function answers(): Promise<boolean> {
  try {
    await (await connectToRabbitmq()).close();
    return true;
  } catch {
    return false;
  }
}

export function connectToRabbitmq(): Promise<ChannelModel> {
  return connect(URL, { timeout: 2000 });
}

/** The setting that names it. */
export const RABBITMQ = { rabbitmq_url: [URL] };

/** A message as a listener gets it. */
export interface Heard {
  readonly action: string;
  readonly key: string;
  readonly correlationId: string;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly properties: ConsumeMessage['properties'];
  readonly body: Record<string, unknown>;
}

type Place = 'announced' | 'started' | 'success' | 'failure';

/** From where to where each action moves a request. */
const STEPS: Readonly<Record<string, readonly [from: Place | undefined, to: Place]>> = {
  write_request: [undefined, 'announced'],
  write_start: ['announced', 'started'],
  write_finished: ['started', 'success'],
  write_rejected: ['started', 'failure'],
};

/** One of the facility's listeners: what it declares itself, and how it keeps track of requests. */
export class FacilityListener {
  readonly heard: Heard[] = [];
  /** Where each request is, by the part of its correlation id before the first hyphen. */
  readonly places = new Map<string, Place>();
  /** What came out of order. */
  readonly ghosts: Heard[] = [];

  private constructor(
    readonly exchange: string,
    private readonly connection: ChannelModel,
  ) {}

  /** @param exchange of a test's own, where none is given */
  static async listen(exchange = `status-${randomUUID()}`): Promise<FacilityListener> {
    const connection = await connectToRabbitmq();
    const listener = new FacilityListener(exchange, connection);
    const channel = await connection.createChannel();
    await channel.assertExchange(exchange, 'fanout', { durable: false });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, '');
    await channel.consume(queue, (message) => message && listener.hear(message), { noAck: true });
    return listener;
  }

  /** How a file's requests went, in the order in which they were heard of. */
  actionsFor(file: string): string[] {
    return this.heard
      .filter(({ body }) => String(body.output_file).endsWith(file))
      .map(({ action }) => action);
  }

  /** Removes the exchange as well. */
  async close(): Promise<void> {
    const channel = await this.connection.createChannel();
    await channel.deleteExchange(this.exchange);
    await this.connection.close();
  }

  private hear({ content, fields, properties }: ConsumeMessage): void {
    const headers = properties.headers as Record<string, unknown>;
    const correlationId = properties.correlationId as string;
    const [key] = correlationId.split('-');
    const action = headers.action as string;
    const body = JSON.parse(content.toString()) as Record<string, unknown>;
    const { routingKey } = fields;
    const heard = { action, key, correlationId, routingKey, headers, properties, body };
    this.heard.push(heard);
    const [from, to] = STEPS[action];
    if (this.places.get(key) === from) this.places.set(key, to);
    else this.ghosts.push(heard);
  }
}
