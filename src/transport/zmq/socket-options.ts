import type { Context, Pull, Push } from 'zeromq';
import { bindsToIPv6, connectsToIPv6 } from './address-family.js';
import { AddressUnusable } from '../errors.js';

/**
 * Both ends: a peer whose machine vanished is noticed after two minutes, so that a puller connects
 * anew and a pusher does not deal out to it. Where all peers know ZMTP's heartbeats: {@link heartbeats}.
 */
export const KEEP_ALIVE = {
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 60,
  tcpKeepaliveInterval: 20,
  tcpKeepaliveCount: 3,
} as const;

/** The longest time that ZMQ can tell the other end, in ms. */
const MAX_HEARTBEAT_TIMEOUT = 6_553_500;

/**
 * Both ends notice a process that stands still, or a path that is cut, within so many ms and a quarter,
 * and end the connection. Peers with ZMQ before 4.2 don't answer.
 */
export function heartbeats(timeout: number) {
  const milliseconds = Math.min(Math.ceil(timeout), MAX_HEARTBEAT_TIMEOUT);
  return {
    heartbeatInterval: Math.ceil(milliseconds / 4),
    heartbeatTimeout: milliseconds,
    heartbeatTimeToLive: milliseconds,
    tcpMaxRetransmitTimeout: milliseconds,
  };
}

/** With a ZAP domain libzmq refuses ZMTP 1 and 2, and asks a handler, if there is one, for the rest. */
export const ZAP_DOMAIN = 'sf-databuffer';

/** Options that keep others away from a socket that binds, or let one in that connects. */
export interface PeerSecurity {
  /** @internal */
  readonly context?: Context;
  /** @internal */
  readonly zapDomain?: string;
  /** @internal */
  readonly zapEnforceDomain?: boolean;
  /** For the end that binds: peers must know the public key of `curveSecretKey`. */
  readonly curveServer?: boolean;
  /** For the end that connects, with its own `curveSecretKey`. Keys are 40 characters of Z85. */
  readonly curvePublicKey?: string;
  readonly curveSecretKey?: string;
  /** For the end that connects: the public key of the end that binds. */
  readonly curveServerKey?: string;
}

/**
 * Binds or connects, to addresses of either family; libzmq itself accepts ports that no socket has, and
 * other transports.
 *
 * @throws AddressUnusable
 */
export async function open(
  socket: Pull | Push,
  mode: 'bind' | 'connect',
  address: string,
): Promise<void> {
  const port = /^tcp:\/\/[^\s/]+:(\d+|\*)$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65535) throw new AddressUnusable(address, mode);
  try {
    socket.ipv6 = mode === 'bind' ? await bindsToIPv6(address) : connectsToIPv6(address);
    if (mode === 'connect') socket.connect(address);
    else await bind(socket, address);
  } catch (cause) {
    throw new AddressUnusable(address, mode, { cause: cause as NodeJS.ErrnoException });
  }
}

/** A machine without IPv6 has no `*` of it. */
async function bind(socket: Pull | Push, address: string): Promise<void> {
  try {
    await socket.bind(address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!address.startsWith('tcp://*:') || code === 'EADDRINUSE' || code === 'EACCES') throw error;
    socket.ipv6 = false;
    await socket.bind(address);
  }
}
