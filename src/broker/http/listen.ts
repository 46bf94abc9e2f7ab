import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpAddressUnusable } from '../../config/errors.js';

/**
 * Listens for calls. Nest's own `listen` would log a failure that is thrown as well.
 *
 * @returns the URL to call
 * @throws HttpAddressUnusable
 */
export async function listen(
  server: Server,
  host: string,
  port: number,
  kind: 'rest' | 'slow_rest' = 'rest',
): Promise<string> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw new HttpAddressUnusable(kind, host, port, error);
  }
  const { address, family, port: actual } = server.address() as AddressInfo;
  if (address === '0.0.0.0') return `http://127.0.0.1:${actual}`;
  if (family !== 'IPv6') return `http://${address}:${actual}`;
  return `http://[${address === '::' ? '::1' : address}]:${actual}`;
}
