import { AddressUnusable } from './transport-errors.js';

/**
 * Both ends: a peer whose machine vanished is noticed after two minutes, so that a puller connects
 * anew and a pusher does not deal out to it. (ZMTP's own heartbeats would trouble ZMQ before 4.2.)
 */
export const KEEP_ALIVE = {
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 60,
  tcpKeepaliveInterval: 20,
  tcpKeepaliveCount: 3,
} as const;

/**
 * Binds or connects; libzmq itself accepts ports that no socket has, and other transports.
 *
 * @throws AddressUnusable
 */
export async function open(
  mode: 'bind' | 'connect',
  address: string,
  action: () => Promise<void> | void,
): Promise<void> {
  const port = /^tcp:\/\/[^\s/]+:(\d+|\*)$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65535) throw new AddressUnusable(address, mode);
  try {
    await action();
  } catch (cause) {
    throw new AddressUnusable(address, mode, { cause: cause as NodeJS.ErrnoException });
  }
}
