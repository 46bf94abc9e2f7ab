const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop the process that has it, or choose another --rest_port',
  EACCES: 'the port needs privileges; choose a --rest_port from 1024 on',
  EADDRNOTAVAIL: 'the host is no address of this machine; give one that is as --rest_host',
  ENOTFOUND: 'there is no such host; give an address of this machine as --rest_host',
};

/** The REST interface can't listen where it should. */
export class RestAddressUnusable extends Error {
  override readonly name = 'RestAddressUnusable';
  readonly code = 'rest_address_unusable';

  constructor(
    readonly host: string,
    readonly port: number,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy = REMEDIES[code ?? ''] ?? message;
    super(`The REST interface can't listen on ${host}, port ${port}: ${remedy}.`, { cause });
  }
}
