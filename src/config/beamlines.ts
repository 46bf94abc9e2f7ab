import { AllowedAddresses, parseRange } from './allowed-addresses.js';

/** One network of a beamline, as `name=network`. */
export interface BeamlineNetwork {
  readonly name: string;
  /** An address or a CIDR range. */
  readonly network: string;
}

/** The beamlines, and which of them an address belongs to. */
export class Beamlines {
  /** In the order in which they were given. */
  readonly names: readonly string[];
  /** Smallest networks first: they are parts of larger ones. */
  private readonly networks: readonly { name: string; addresses: AllowedAddresses }[];

  /** @param entries each `name=network`; a beamline may have several */
  constructor(entries: readonly string[]) {
    const given = entries.map((entry) => parseBeamlineNetwork(entry)!);
    this.names = [...new Set(given.map(({ name }) => name))];
    this.networks = given
      .toSorted((one, other) => prefixOf(other.network) - prefixOf(one.network))
      .map(({ name, network }) => ({ name, addresses: new AllowedAddresses([network]) }));
  }

  /**
   * The beamline in whose network an address lies, by the smallest network that has it.
   *
   * @param address as the system gives it, IPv4 also as `::ffff:10.1.2.3`
   */
  beamlineOf(address: string): string | undefined {
    return this.networks.find(({ addresses }) => addresses.has(address))?.name;
  }
}

/** The parts of `name=network`; undefined where it is not usable. */
export function parseBeamlineNetwork(entry: string): BeamlineNetwork | undefined {
  const [, name, network] = /^([\w-]+)\s*=\s*(\S+)$/.exec(entry) ?? [];
  return name !== undefined && parseRange(network) !== undefined ? { name, network } : undefined;
}

/** Whether both ranges are the same network. */
export function isSameNetwork(one: string, other: string): boolean {
  const { address } = parseRange(other)!;
  return prefixOf(one) === prefixOf(other) && new AllowedAddresses([one]).has(address);
}

/** As of an IPv6 network, which an IPv4 one can be written as. */
function prefixOf(network: string): number {
  const { prefix, family } = parseRange(network)!;
  return family === 'ipv4' ? 96 + prefix : prefix;
}
