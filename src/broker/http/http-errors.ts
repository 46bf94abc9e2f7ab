import { type FieldProblem, RequestError } from '../../request/errors.js';

/** A body over the limit. */
export class BodyTooLarge extends RequestError {
  override readonly name = 'BodyTooLarge';
  readonly code = 'body_too_large';

  constructor(readonly limit: number) {
    super(`The body is larger than ${limit} bytes: send less.`);
  }
}

/** So many large bodies at once that there is no memory for one more. */
export class TooManyBodies extends RequestError {
  override readonly name = 'TooManyBodies';
  readonly code = 'too_many_bodies';
  /** In s. */
  readonly retryAfter = 1;

  constructor(readonly limit: number) {
    super(
      `The bodies of calls that are under way are larger than ${limit} bytes together: try again in a second.`,
    );
  }
}

/** A client that went away before its call was complete, so no answer is possible. */
export class ClientGone extends RequestError {
  override readonly name = 'ClientGone';
  readonly code = 'client_gone';

  constructor() {
    super('The client went away before its call was complete.');
  }
}

/** A body that is not declared as JSON. */
export class NotDeclaredJson extends RequestError {
  override readonly name = 'NotDeclaredJson';
  readonly code = 'not_declared_json';

  constructor(readonly contentType: string | undefined) {
    super(
      `The body comes as ${contentType ? `'${contentType}'` : 'no content type'}: send JSON in ` +
        `UTF-8 with the header Content-Type: application/json.`,
    );
  }
}

/** A body that is not JSON, or not UTF-8. */
export class MalformedJson extends RequestError {
  override readonly name = 'MalformedJson';
  readonly code = 'malformed_json';

  constructor(readonly reason: string) {
    super(`The body can't be read as JSON: ${reason}. Send one JSON object in UTF-8.`);
  }
}

/** A query that can't be answered as it stands. */
export class InvalidQuery extends RequestError {
  override readonly name = 'InvalidQuery';
  readonly code = 'invalid_query';

  constructor(readonly problems: readonly FieldProblem[]) {
    const list = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ');
    super(`The query is not understood: ${list}.`);
  }
}

/** A request line or header that HTTP does not allow. */
export class MalformedCall extends RequestError {
  override readonly name = 'MalformedCall';
  readonly code = 'malformed_call';

  constructor(readonly reason: string) {
    super(`The call can't be understood: ${reason}.`);
  }
}

/** An unknown path. */
export class UnknownPath extends RequestError {
  override readonly name = 'UnknownPath';
  readonly code = 'unknown_path';

  constructor(readonly path: string) {
    super(`Not found: ${path.slice(0, 200)}. GET /docs lists all calls.`);
  }
}

/** A call at the port for slow ones that is not one of them. */
export class WrongPort extends RequestError {
  override readonly name = 'WrongPort';
  readonly code = 'wrong_port';

  /** @param port where it is answered */
  constructor(
    readonly path: string,
    readonly port: number,
  ) {
    super(
      `${path.slice(0, 200)} is not answered at this port (--slow_rest_port), which has /copy_user_files alone: ` +
        `call it at port ${port}.`,
    );
  }
}

/** A method that the path does not have. */
export class WrongMethod extends RequestError {
  override readonly name = 'WrongMethod';
  readonly code = 'wrong_method';

  constructor(
    readonly method: string,
    readonly path: string,
    readonly allowed: readonly string[],
  ) {
    super(`${path.slice(0, 200)} does not take ${method}: use ${allowed.join(' or ')}.`);
  }
}

/** A call from an address that may not use the broker. */
export class AddressNotAllowed extends RequestError {
  override readonly name = 'AddressNotAllowed';
  readonly code = 'address_not_allowed';

  constructor(readonly address: string) {
    super(
      `${address} may not use this broker: its --allow_from does not contain this address. ` +
        `Whoever runs the broker can add it.`,
    );
  }
}

/** A call through a trusted proxy that leaves open from where it comes. */
export class AmbiguousAddress extends RequestError {
  override readonly name = 'AmbiguousAddress';
  readonly code = 'ambiguous_address';

  /** @param peer the proxy */
  constructor(
    readonly peer: string,
    readonly reason: string,
  ) {
    super(`The proxy ${peer} leaves open from where this call comes: ${reason.slice(0, 400)}.`);
  }
}

/** More calls than one address may make. */
export class TooManyCalls extends RequestError {
  override readonly name = 'TooManyCalls';
  readonly code = 'too_many_calls';
  /** In s. */
  readonly retryAfter = 1;

  constructor(
    readonly address: string,
    readonly limit: number,
  ) {
    super(
      `${address} made more than ${limit} calls in this second: try again in the next one, or have the ` +
        `broker started with a larger --calls_per_second (0: no limit).`,
    );
  }
}

/** The largest number of readers of events is reached. */
export class TooManyReaders extends RequestError {
  override readonly name = 'TooManyReaders';
  readonly code = 'too_many_readers';
  /** In s. */
  readonly retryAfter = 10;

  constructor(readonly limit: number) {
    super(`${limit} readers of events are connected already: close some, or try again later.`);
  }
}

/** A call under a host name that is not known to be the broker's. */
export class UnexpectedHost extends RequestError {
  override readonly name = 'UnexpectedHost';
  readonly code = 'unexpected_host';

  constructor(readonly host: string) {
    super(
      `'${host.slice(0, 200)}' is not known as a name of this broker, and could be another site's trick: ` +
        `call it by its address or its host name, or start it with this name in --allowed_hosts.`,
    );
  }
}

/** A call that another web site made a browser send, or may have. */
export class CrossSiteCall extends RequestError {
  override readonly name = 'CrossSiteCall';
  readonly code = 'cross_site_call';

  /** @param origin the page or site that it came from; undefined: the browser does not say */
  constructor(readonly origin: string | undefined) {
    super(
      origin === undefined
        ? `A browser sent this without saying which page it comes from, so it may be another site's: ` +
            `use the broker's own pages, / and /docs, or a program.`
        : `A page of another site (${origin.slice(0, 200)}) may not call this: ` +
            `use the broker's own pages, / and /docs, or a program.`,
    );
  }
}
