import { lookup, lookupService } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { searchDomains } from './search-domains.js';

const TIME_LIMIT_MS = 1000;

/**
 * The names that a broker can be called by: this machine's host name, the qualified name that this
 * stands for, what its addresses are called, all names in its own domains, and further ones that
 * were given. Its own domains are those of its qualified name and of the resolver's search list:
 * nobody outside can point a name there at this machine.
 *
 * Addresses, `localhost` and names without a dot can't be another site's either.
 */
export class OwnNames {
  private readonly names: Set<string>;
  private readonly domains: Set<string>;
  private readonly isAny: boolean;
  private asking: Promise<unknown> | undefined;

  /**
   * @param further names, in any case; `*` for any name
   * @param resolverFile resolv.conf
   */
  constructor(
    further: readonly string[],
    private readonly host = plainName(hostname()),
    resolverFile = '/etc/resolv.conf',
  ) {
    this.names = new Set([host, ...further].map(plainName));
    this.isAny = further.includes('*');
    this.domains = new Set(searchDomains(textOf(resolverFile)));
    this.addDomainOf(host);
  }

  /**
   * Whether a name is one of them. Name servers are asked when it is not known otherwise, once, for 1 s at
   * most.
   */
  async has(name: string): Promise<boolean> {
    const plain = plainName(name);
    if (this.isKnown(plain)) return true;
    this.asking ??= Promise.race([
      this.askNameServers(),
      delay(TIME_LIMIT_MS, undefined, { ref: false }),
    ]);
    await this.asking;
    return this.isKnown(plain);
  }

  private isKnown(name: string): boolean {
    if (this.isAny || this.names.has(name)) return true;
    if (isIP(name) || !name.includes('.') || name.endsWith('.localhost')) return true;
    return [...this.domains].some((domain) => name === domain || name.endsWith(`.${domain}`));
  }

  private async askNameServers(): Promise<void> {
    const resolved = lookup(this.host, { all: true }).then(
      (addresses) => addresses.map(({ address }) => address),
      () => [], // A machine may not know itself by name.
    );
    await Promise.all([
      this.addNamesOf(outsideAddresses()),
      resolved.then((own) => this.addNamesOf(own)),
    ]);
  }

  private async addNamesOf(addresses: readonly string[]): Promise<void> {
    const found = await Promise.allSettled(addresses.map((address) => lookupService(address, 0)));
    for (const each of found) {
      if (each.status === 'rejected') continue;
      const name = plainName(each.value.hostname);
      this.names.add(name);
      // An address may have another name, in the domain of its provider, which other customers share.
      if (name.startsWith(`${this.host}.`)) this.addDomainOf(name);
    }
  }

  private addDomainOf(name: string): void {
    const domain = name.slice(name.indexOf('.') + 1);
    if (name.includes('.') && domain.includes('.')) this.domains.add(domain);
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // A machine may not have a resolver.
  }
}

function outsideAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
}
