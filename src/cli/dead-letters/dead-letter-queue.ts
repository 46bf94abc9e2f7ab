import type { ChannelModel, ConfirmChannel, GetMessage, Message, Options } from 'amqplib';
import type { RabbitmqSettings } from '../../config/rabbitmq-settings.js';
import { withoutCredentials } from '../../config/url-credentials.js';
import { errorText } from '../../logging/error-text.js';
import { Names } from '../../transport/rabbitmq/names.js';
import { type DeadLetter, deadLetterOf } from './dead-letter.js';
import { NoDeadLetterQueue, NotPutBack, RabbitmqUnreachable } from './errors.js';

const CONNECT_TIMEOUT_MS = 5000;
const NOT_FOUND = 404;
/** What a quorum queue counts, and a writer would take for its own. */
const COUNTED = 'x-delivery-count';

/** What no writer took. Looking takes nothing off: when the connection ends, all is where it was. */
export class DeadLetterQueue {
  private readonly messages = new Map<DeadLetter, GetMessage>();
  private returned: Message | undefined;

  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
    private readonly names: Names,
    private readonly address: string,
  ) {
    channel.on('return', (message) => (this.returned = message));
  }

  /** @throws RabbitmqUnreachable, naming why none of its addresses will do */
  static async open(settings: Readonly<RabbitmqSettings>): Promise<DeadLetterQueue> {
    // Loaded where it is needed: no other command has a use for it.
    const { connect } = await import('amqplib');
    const reasons = new Map<string, unknown>();
    for (const url of settings.rabbitmq_url) {
      let connection: ChannelModel;
      try {
        connection = await connect(url, { timeout: CONNECT_TIMEOUT_MS });
      } catch (error) {
        reasons.set(url, error);
        continue;
      }
      // What is under way fails with it, too.
      connection.on('error', () => undefined);
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      const names = new Names(settings.rabbitmq_prefix);
      return new DeadLetterQueue(connection, channel, names, withoutCredentials(url));
    }
    throw new RabbitmqUnreachable(reasons);
  }

  /** All that lie there, oldest first. @throws NoDeadLetterQueue */
  async letters(): Promise<readonly DeadLetter[]> {
    let { messageCount: left } = await this.look();
    for (; left > 0; left--) {
      const message = await this.channel.get(this.names.deadLetters);
      if (!message) break;
      this.messages.set(deadLetterOf(message), message);
    }
    const age = ({ since }: DeadLetter) => since?.getTime() ?? 0;
    return [...this.messages.keys()].sort((one, other) => age(one) - age(other));
  }

  /**
   * Puts one back in the queue that it was in: it lies there, confirmed, before it is taken off here.
   *
   * @throws NotPutBack; it lies here as before then
   */
  async putBack(letter: DeadLetter): Promise<void> {
    const message = this.messages.get(letter)!;
    const { [COUNTED]: _, ...headers } = message.properties.headers ?? {};
    const { key } = letter;
    if (key === undefined) throw new NotPutBack('nothing tells which queue it was in');
    this.returned = undefined;
    try {
      await this.publish(key, message.content, {
        ...ownProperties(message),
        headers,
        persistent: true,
        mandatory: true,
      });
    } catch (error) {
      throw new NotPutBack(errorText(error), { cause: error });
    }
    if (this.returned) {
      throw new NotPutBack(`no queue takes it: start a broker or a writer, which make it`);
    }
    this.channel.ack(message);
    this.messages.delete(letter);
  }

  /** What was not put back goes where it was. */
  async close(): Promise<void> {
    // Acknowledgements are on their way: they go first, on the same connection. What is closed already has told why.
    await this.channel.close().catch(() => undefined);
    await this.connection.close().catch(() => undefined);
  }

  private async look() {
    try {
      return await this.channel.checkQueue(this.names.deadLetters);
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_FOUND) throw error;
      throw new NoDeadLetterQueue(this.names.deadLetters, this.address);
    }
  }

  private publish(key: string, content: Buffer, options: Options.Publish): Promise<void> {
    return new Promise((resolve, reject) => {
      this.channel.publish(this.names.requests, key, content, options, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

/** What a message says of itself, without what RabbitMQ or its sender's connection said. */
function ownProperties({ properties }: GetMessage): Options.Publish {
  const { contentType, contentEncoding, correlationId, messageId, timestamp, type } =
    properties as Options.Publish;
  return { contentType, contentEncoding, correlationId, messageId, timestamp, type };
}
