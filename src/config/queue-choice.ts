import { ValidateBy, type ValidationArguments } from 'class-validator';
import { Setting } from './setting.js';
import { withoutCredentials } from './url-credentials.js';

/** The queues that can carry requests from brokers to writers. */
const QUEUES = ['zmq', 'rabbitmq'] as const;

export type QueueKind = (typeof QUEUES)[number];

/** Declares a property as the setting `queue`. */
export function Queue(): PropertyDecorator {
  return Setting({
    group: 'Delivery',
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
      group: 'RabbitMQ',
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
      group: 'RabbitMQ',
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

/** What to do instead of keys for ZMQ. */
export const AMQPS_INSTEAD =
  'leave it out; an amqps URL in --rabbitmq_url encrypts, and RabbitMQ knows by its users who may connect';

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

/** A setting that only the queue `zmq` has a use for, and that would promise something else with RabbitMQ. */
export function OnlyWithZmq(remedy: string): PropertyDecorator {
  return ValidateBy({
    name: 'onlyWithZmq',
    validator: {
      validate: (_value, given?: ValidationArguments) => !usesRabbitmq(given!.object),
      defaultMessage: () => `makes no sense with --queue rabbitmq: ${remedy}`,
    },
  });
}

/** Whether outcomes must be reported: RabbitMQ keeps each request until then. */
export function ReportsFitQueue(): PropertyDecorator {
  return ValidateBy({
    name: 'reportsFitQueue',
    validator: {
      validate: (mode, given?: ValidationArguments) =>
        !usesRabbitmq(given!.object) || (mode !== 'off' && mode !== 'mixed'),
      defaultMessage: (given) =>
        `can't be ${given!.value as string} with --queue rabbitmq, which keeps each request until its outcome is reported: leave it out, or give on`,
    },
  });
}

const usesRabbitmq = (settings: object) =>
  (settings as Partial<QueueSettings>).queue === 'rabbitmq';

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
        return `${which}: amqp://user:password@host:port/vhost, or amqps; in name, password and vhost / @ , % and quotes are written as %2F, %40, %2C, %25, %27, %22`;
      },
    },
  });
}

const isNoAmqpUrl = (url: unknown) => !isAmqpUrl(url);

function isAmqpUrl(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, username, password, hostname, pathname, search, hash } = new URL(text);
  const vhost = pathname.slice(1);
  return (
    (protocol === 'amqp:' || protocol === 'amqps:') &&
    hostname !== '' &&
    // Of a password with an unescaped / ? or #, a part would be taken for vhost or options, and be logged.
    !/[/@]/.test(vhost) &&
    !search.includes('@') &&
    hash === '' &&
    [username, password, vhost].every(isDecodable) &&
    hidesItsPassword(text)
  );
}

/** Whether what is logged of it has no password: one with quotes or the like in it would not be found. */
function hidesItsPassword(text: string): boolean {
  const { username, password } = new URL(withoutCredentials(text));
  return password === '' && (username === '' || username === '***');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
