const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; give each writer of a machine a --metrics_port of its own',
  EACCES: 'the port needs privileges; choose a --metrics_port from 1024 on',
  EADDRNOTAVAIL: 'the host is no address of this machine; give one that is as --metrics_host',
  ENOTFOUND: 'there is no such host; give an address of this machine as --metrics_host',
};

/** Metrics and health can't be had where they should. */
export class MetricsAddressUnusable extends Error {
  override readonly name = 'MetricsAddressUnusable';
  readonly code = 'metrics_address_unusable';

  constructor(
    readonly host: string,
    readonly port: number,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy = REMEDIES[code ?? ''] ?? message;
    super(`Metrics can't be had on ${host}, port ${port}: ${remedy}.`, { cause });
  }
}
