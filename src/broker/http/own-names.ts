import { lookup, lookupService } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const TIME_LIMIT_MS = 1000;

/**
 * The names that a broker can be called by, in lower case: the one that it listens on, this
 * machine's host name, the full name that this stands for, and what its addresses are called. Name
 * servers that take longer than 1 s are not waited for.
 *
 * @param restHost where it listens; on a loopback address nobody can call it by the latter
 */
export async function ownNames(restHost: string): Promise<ReadonlySet<string>> {
  const own = hostname();
  const names = new Set([own, restHost].map((name) => name.toLowerCase()));
  if (/^(localhost|127\..*|::1)$/i.test(restHost)) return names;
  const resolved = lookup(own, { all: true }).then(
    (addresses) => addresses.map(({ address }) => address),
    () => [], // A machine need not know itself by name.
  );
  const addNamesOf = async (addresses: readonly string[]) => {
    const found = await Promise.allSettled(addresses.map((address) => lookupService(address, 0)));
    for (const name of found) {
      if (name.status === 'fulfilled') names.add(name.value.hostname.toLowerCase());
    }
  };
  const asked = Promise.all([addNamesOf(outsideAddresses()), resolved.then(addNamesOf)]);
  await Promise.race([asked, delay(TIME_LIMIT_MS, undefined, { ref: false })]);
  return names;
}

function outsideAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
}
