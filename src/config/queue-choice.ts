import { ValidateBy, type ValidationArguments } from 'class-validator';
import { Setting } from './setting.js';

/** The queues that can carry requests from brokers to writers. */
const QUEUES = ['zmq', 'rabbitmq'] as const;

export type QueueKind = (typeof QUEUES)[number];

/** Declares a property as the setting `queue`. */
export function Queue(): PropertyDecorator {
  return Setting({
    kind: 'choice',
    value: 'queue',
    description:
      'what carries requests and reports: zmq, from one broker to its writers; rabbitmq, from any number of brokers to any number of writers',
    default: () => 'zmq',
    choices: QUEUES,
  });
}

/** Declares a property as the setting `rabbitmq_url`. */
export function RabbitmqUrl(): PropertyDecorator {
  return (prototype, property) => {
    Setting({
      kind: 'comma-list',
      value: 'urls',
      description:
        'RabbitMQ, amqp://user:password@host:port/vhost or amqps://…; of several, separated by commas, the next is tried where one fails; repeatable',
      default: () => ['amqp://127.0.0.1'],
    })(prototype, property);
    AmqpUrls()(prototype, property);
  };
}

/** Declares a property as the setting `rabbitmq_prefix`. */
export function RabbitmqPrefix(): PropertyDecorator {
  return (prototype, property) => {
    Setting({
      kind: 'text',
      value: 'prefix',
      description: 'which the names of queues and exchanges in RabbitMQ begin with',
      default: () => 'sf_databuffer',
    })(prototype, property);
    QueueName()(prototype, property);
  };
}

/** Settings of a process that meets others in RabbitMQ. */
export interface QueueSettings {
  readonly queue: QueueKind;
  readonly rabbitmq_url: readonly string[];
  readonly rabbitmq_prefix: string;
}

const MAX_PREFIX = 100;

/** What a queue may be called: readable in every tool, and without the wildcards of topics. */
export function QueueName(): PropertyDecorator {
  return ValidateBy({
    name: 'queueName',
    validator: {
      validate: (name: unknown) =>
        typeof name === 'string' &&
        name.length <= MAX_PREFIX &&
        /^[\w.:-]+$/.test(name) &&
        !name.startsWith('amq.'),
      defaultMessage: () =>
        `must have 1 to ${MAX_PREFIX} letters, digits, or . _ : - and not begin with amq., which is RabbitMQ's own`,
    },
  });
}

/** A list of URLs of RabbitMQ. A message never repeats one: it may contain a password. */
function AmqpUrls(): PropertyDecorator {
  return ValidateBy({
    name: 'amqpUrls',
    validator: {
      validate: (urls: unknown) => Array.isArray(urls) && urls.length > 0 && urls.every(isAmqpUrl),
      defaultMessage: (given?: ValidationArguments) => {
        const urls = given!.value as unknown[];
        const place = Array.isArray(urls) && urls.length > 1 ? urls.findIndex(isNoAmqpUrl) + 1 : 0;
        const which =
          place > 0
            ? `must be URLs of RabbitMQ, and number ${place} is none`
            : 'must be a URL of RabbitMQ';
        return `${which}: amqp://user:password@host:port/vhost, or amqps; characters such as / or @ in a password as %2F or %40`;
      },
    },
  });
}

const isNoAmqpUrl = (url: unknown) => !isAmqpUrl(url);

function isAmqpUrl(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, hostname, pathname, hash } = new URL(text);
  const isVhost = !pathname.slice(1).includes('/') && hash === '';
  return (protocol === 'amqp:' || protocol === 'amqps:') && hostname !== '' && isVhost;
}
