/** An answer of API 4 that is no success. */
export abstract class Api4Refusal extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
}

export class InvalidParameter extends Api4Refusal {
  override readonly name = 'InvalidParameter';
  readonly code = 'invalid_parameter';
  readonly status = 500;

  constructor(
    readonly parameter: string,
    problem: string,
  ) {
    super(`${parameter} ${problem}`);
  }
}

export class UnsupportedAccept extends Api4Refusal {
  override readonly name = 'UnsupportedAccept';
  readonly code = 'unsupported_accept';
  readonly status = 500;

  constructor(accept: string) {
    super(`unsupported accept: ${JSON.stringify(accept)}`);
  }
}

export class NotFoundHere extends Api4Refusal {
  override readonly name = 'NotFoundHere';
  readonly code = 'not_found';
  readonly status = 404;
}

export class MethodNotAllowed extends Api4Refusal {
  override readonly name = 'MethodNotAllowed';
  readonly code = 'method_not_allowed';
  readonly status = 405;

  constructor(method: string) {
    super(`${method} is not allowed, only GET`);
  }
}
