import { withoutCredentials } from '../../config/url-credentials.js';
import { errorText } from '../../logging/error-text.js';

/** No RabbitMQ answers, or none that lets us in. */
export class RabbitmqUnreachable extends Error {
  override readonly name = 'RabbitmqUnreachable';
  readonly code = 'rabbitmq_unreachable';

  /** @param reasons why, by URL */
  constructor(reasons: ReadonlyMap<string, unknown>) {
    const said = [...reasons].map(([url, error]) => `${url}: ${reasonIn(error)}`);
    const text = withoutCredentials(said.join('; '));
    super(`RabbitMQ can't be used (${text}). Start it, or correct --rabbitmq_url.`);
  }
}

/** There is no such queue: nobody has used this RabbitMQ with this prefix. */
export class NoDeadLetterQueue extends Error {
  override readonly name = 'NoDeadLetterQueue';
  readonly code = 'no_dead_letter_queue';

  constructor(queue: string, address: string) {
    super(
      `There is no queue ${queue} in RabbitMQ at ${address}: give the --rabbitmq_prefix, and the vhost in --rabbitmq_url, that brokers and writers have.`,
    );
  }
}

/** A dead letter can't go back to where it came from; it stays where it is. */
export class NotPutBack extends Error {
  override readonly name = 'NotPutBack';
  readonly code = 'not_put_back';
}

// Of a name with several addresses there is an error for each, and none of its own words.
function reasonIn(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonIn).join(', ');
  return errorText(error);
}
