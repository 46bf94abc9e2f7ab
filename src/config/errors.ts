/** Settings that are wrong or unknown: all of them, each with where it came from. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
  readonly code = 'invalid_settings';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

const HTTP_SERVERS = {
  rest: { what: 'The REST interface', portSetting: '--rest_port', hostSetting: '--rest_host' },
  slow_rest: {
    what: 'The REST interface for slow calls',
    portSetting: '--slow_rest_port',
    hostSetting: '--rest_host',
  },
  metrics: {
    what: 'The metrics server',
    portSetting: '--metrics_port',
    hostSetting: '--metrics_host',
  },
  simulator: { what: 'The simulator', portSetting: '--port', hostSetting: 'host' },
  view: { what: 'The viewer', portSetting: '--port', hostSetting: 'host' },
} as const;

type HttpServerKind = keyof typeof HTTP_SERVERS;

/** An HTTP server can't listen on the host and port of its settings. */
export class HttpAddressUnusable extends Error {
  override readonly name = 'HttpAddressUnusable';
  readonly code: `${HttpServerKind}_address_unusable`;

  constructor(
    readonly kind: HttpServerKind,
    readonly host: string,
    readonly port: number,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const { what, portSetting, hostSetting } = HTTP_SERVERS[kind];
    const remedy = addressRemedy(code, portSetting, hostSetting) ?? message;
    super(`${what} can't listen on ${host}, port ${port}: ${remedy}.`, { cause });
    this.code = `${kind}_address_unusable`;
  }
}

/**
 * What to do where an address can't be listened on; undefined for other failures.
 *
 * @param port the setting that gives the port, or `port`
 * @param host the setting that gives the host, or `host`
 */
export function addressRemedy(
  code: string | undefined,
  port: string,
  host: string,
): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `the port is in use; stop the process that has it, or choose another ${port}`;
    case 'EACCES':
      return `the port needs privileges; choose a ${port} from 1024 on`;
    case 'EADDRNOTAVAIL':
      return `the host is not an address of this machine; give one that is as ${host}`;
    case 'ENOTFOUND':
      return `the host is not found; give an address of this machine as ${host}`;
    default:
      return undefined;
  }
}
