import { RequestError } from '../../../request/errors.js';

/** There is no exchange for what others write. */
export class NoRequestExchange extends RequestError {
  override readonly name = 'NoRequestExchange';
  readonly code = 'no_request_exchange';
  readonly clientException = 'RuntimeError';

  constructor(
    /** What would have gone there. */
    readonly what: string,
  ) {
    super(
      `This broker can't pass on ${what}: it has no detectors of its own, and was started without ` +
        '--request_exchange. Whoever runs it can set that.',
    );
  }
}

/** The exchange did not take a request, or nobody listens there. */
export class NotHandedOn extends RequestError {
  override readonly name = 'NotHandedOn';
  readonly code = 'not_handed_on';
  readonly clientException = 'RuntimeError';

  constructor(
    readonly exchange: string,
    readonly routingKey: string,
    readonly reason: string,
    /** Whether it is certain that nobody has it: else it may have arrived all the same. */
    readonly isCertain: boolean,
  ) {
    super(
      `The request ${routingKey} was not taken by RabbitMQ's exchange ${exchange}: ${reason}. ` +
        'Put that right and call again.',
    );
  }
}
