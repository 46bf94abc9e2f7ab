import { BlockList, isIP } from 'node:net';

/**
 * The remote addresses that may come: all, or those in a list of addresses and CIDR ranges.
 *
 * An IPv4 address is the same one written as IPv6 (`::ffff:10.1.2.3`). Nothing is in the list
 * that was not put there, the machine's own addresses included.
 */
export class AllowedAddresses {
  private readonly list: BlockList | undefined;

  /** @param ranges each of them a {@link isAddressRange}; undefined: all addresses */
  constructor(readonly ranges?: readonly string[]) {
    if (!ranges) return;
    this.list = new BlockList();
    for (const range of ranges) {
      const { address, prefix, family } = parseRange(range)!;
      this.list.addSubnet(address, prefix, family);
    }
  }

  /** Whether every address may come. */
  get areAll(): boolean {
    return this.list === undefined;
  }

  /** @param address as the system gives it, with or without a zone (`fe80::1%eth0`) */
  has(address: string): boolean {
    if (!this.list) return true;
    const [plain] = address.split('%');
    const version = isIP(plain);
    return version !== 0 && this.list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  }
}

/** An address as people know it: on a socket for both families IPv4 ones come as `::ffff:10.1.2.3`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Whether a text is an address or a CIDR range, IPv4 or IPv6. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** An address or a CIDR range in its parts; undefined where it is none. */
export function parseRange(text: string) {
  const [, address, digits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address ?? '');
  const bits = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  if (version === 0 || prefix > bits) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' } as const;
}
