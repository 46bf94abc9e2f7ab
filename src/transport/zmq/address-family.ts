import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { EventType, Pull, Push } from 'zeromq';

/** Attempts, a tenth of a second each, before the other family of a name's addresses is tried. */
const FAILURES = 5;

/** The host of `tcp://host:port`, without the brackets of an IPv6 address. */
function hostOf(address: string): string {
  return /^tcp:\/\/\[?([^\]]+?)\]?:(\d+|\*)$/.exec(address)?.[1] ?? '';
}

/**
 * Whether a socket that binds needs ZMQ's option for IPv6, which has it listen to IPv4 as well where
 * the host is `*`. A name with addresses of both families stands for those of IPv4, as it always has.
 */
export async function bindsToIPv6(address: string): Promise<boolean> {
  const host = hostOf(address);
  return host === '*' || isIP(host) === 6 || (await onlyHas(host, 6));
}

/** Whether a socket that connects begins with IPv6; {@link OtherFamily} tries the other one. */
export function connectsToIPv6(address: string): boolean {
  return isIP(hostOf(address)) === 6;
}

/**
 * Has a socket try the other family of addresses if a name has both, or only that one: libzmq itself
 * knows one family, and tries it for ever.
 */
export class OtherFamily {
  private failures = 0;
  private isLooking = false;

  constructor(
    private readonly socket: Pull | Push,
    private readonly address: string,
  ) {}

  /** To be told of each event of the socket, which connects. */
  note(type: EventType): void {
    if (type === 'connect' || type === 'handshake') this.failures = 0;
    if (type !== 'connect:retry' || ++this.failures < FAILURES || this.isLooking) return;
    if (isIP(hostOf(this.address))) return;
    this.isLooking = true;
    void this.tryOther().finally(() => (this.isLooking = false));
  }

  private async tryOther(): Promise<void> {
    const { socket, address } = this;
    const families = await familiesOf(hostOf(address));
    // All events that had come are read by now.
    const failures = await new Promise<number>((resolve) =>
      setImmediate(() => resolve(this.failures)),
    );
    if (socket.closed || failures < FAILURES || !families.has(socket.ipv6 ? 4 : 6)) return;
    this.failures = 0;
    socket.disconnect(address);
    socket.ipv6 = !socket.ipv6;
    socket.connect(address);
  }
}

async function onlyHas(host: string, family: number): Promise<boolean> {
  // An address, or the name of an interface, is looked up by libzmq itself.
  const families = isIP(host) ? new Set() : await familiesOf(host);
  return families.size === 1 && families.has(family);
}

async function familiesOf(host: string): Promise<ReadonlySet<number>> {
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return new Set(addresses.map(({ family }) => family));
}
