import { withoutCredentials } from '../../config/url-credentials.js';
import { errorText } from '../../logging/error-text.js';

/** What the client's or RabbitMQ's own words mean, and what to do about it. */
const TROUBLES: readonly (readonly [words: RegExp, meaning: string, remedy: string])[] = [
  [
    /ACCESS.REFUSED.*Login was refused/,
    'RabbitMQ refuses this user or password',
    'correct --rabbitmq_url; guest may connect from the same machine alone',
  ],
  [
    /Expected ConnectionOpenOk/,
    'the virtual host does not exist, or this user may not use it',
    'correct the path of --rabbitmq_url, or rabbitmqctl add_vhost and set_permissions',
  ],
  [
    /wrong version number/,
    'that port does not speak TLS',
    'amqp:// instead of amqps://, or the port for TLS, usually 5671',
  ],
  [
    /Socket closed abruptly during opening handshake/,
    'whoever listens there speaks another protocol, or TLS',
    'the port of RabbitMQ in --rabbitmq_url, usually 5672; amqps:// for its port with TLS',
  ],
  [
    /self.signed certificate|unable to (get|verify)|certificate has expired|altnames/i,
    "RabbitMQ's certificate is not trusted",
    'its authority in the file that NODE_EXTRA_CA_CERTS names, and the host as the certificate has it',
  ],
  [
    /ACCESS.REFUSED/,
    'RabbitMQ gives this user too few rights',
    'rabbitmqctl set_permissions for all names that begin with --rabbitmq_prefix',
  ],
  [
    /PRECONDITION.FAILED - inequivalent/,
    'a queue or an exchange of that name was made otherwise',
    'delete it if it is of no use to anybody, or choose another --rabbitmq_prefix',
  ],
];

/** An error of a connection to RabbitMQ for the log, without credentials. */
export function troubleFields(error: unknown): {
  readonly error: string;
  readonly remedy?: string;
} {
  const text = withoutCredentials(errorText(error)).trim();
  const found = TROUBLES.find(([words]) => words.test(text));
  if (!found) return { error: text };
  const [, meaning, remedy] = found;
  return { error: `${meaning} (${text})`, remedy };
}
