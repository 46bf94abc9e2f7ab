/** Settings that are wrong or unknown: all of them, each with where it came from. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
  readonly code = 'invalid_settings';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** An HTTP server can't listen on the host and port of its settings. */
export class HttpAddressUnusable extends Error {
  override readonly name = 'HttpAddressUnusable';
  readonly code: `${'rest' | 'metrics'}_address_unusable`;

  /** @param kind of the settings `<kind>_host` and `<kind>_port` */
  constructor(
    readonly kind: 'rest' | 'metrics',
    readonly host: string,
    readonly port: number,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy = remedies(kind)[code ?? ''] ?? message;
    const what = { rest: 'The REST interface', metrics: 'The metrics server' }[kind];
    super(`${what} can't listen on ${host}, port ${port}: ${remedy}.`, { cause });
    this.code = `${kind}_address_unusable`;
  }
}

function remedies(kind: string): Readonly<Record<string, string>> {
  return {
    EADDRINUSE: `the port is in use; stop the process that has it, or choose another --${kind}_port`,
    EACCES: `the port needs privileges; choose a --${kind}_port from 1024 on`,
    EADDRNOTAVAIL: `the host is not an address of this machine; give one that is as --${kind}_host`,
    ENOTFOUND: `the host is not found; give an address of this machine as --${kind}_host`,
  };
}
