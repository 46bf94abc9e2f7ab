import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { type Hop, hopsOfForwarded, hopsOfForwardedFor } from './forwarded.js';
import { AmbiguousAddress } from './http-errors.js';

/**
 * The addresses that calls come from. That is the peer's, or what proxies say that are trusted: from the last
 * hop back, as far as each is a trusted proxy's. What anybody else claims is not heeded.
 */
@Injectable()
export class ClientAddress {
  private readonly proxies: AllowedAddresses;

  constructor({ trusted_proxies = [] }: BrokerSettings) {
    this.proxies = new AllowedAddresses(trusted_proxies);
  }

  /** Whether an address is that of a proxy which is believed. */
  isTrusted(address: string): boolean {
    return this.proxies.has(address);
  }

  /** @throws AmbiguousAddress where trusted proxies don't tell, or tell two */
  of({ socket, headers }: IncomingMessage): string {
    const peer = socket.remoteAddress ?? '';
    if (!this.isTrusted(peer)) return peer;
    const { forwarded, 'x-forwarded-for': list } = headers;
    const said = [
      ...(forwarded === undefined ? [] : [this.clientBy('Forwarded', forwarded, peer)]),
      ...(list === undefined
        ? []
        : [this.clientBy('X-Forwarded-For', [list].flat().join(','), peer)]),
    ];
    const [address = peer, other = address] = said;
    if (address !== other) {
      throw new AmbiguousAddress(
        peer,
        `Forwarded says ${address}, X-Forwarded-For says ${other}: have it remove the one that it does not write`,
      );
    }
    return address;
  }

  /** The same for the log: the peer's where nobody can tell. */
  shown(request: IncomingMessage): string {
    try {
      return this.of(request);
    } catch (error) {
      if (error instanceof AmbiguousAddress) return error.peer;
      throw error;
    }
  }

  /** The last hop that isn't a trusted proxy's, or the first one where all are. */
  private clientBy(header: string, value: string, peer: string): string {
    const hops: readonly Hop[] | undefined =
      header === 'Forwarded' ? hopsOfForwarded(value) : hopsOfForwardedFor(value);
    if (!hops) throw new AmbiguousAddress(peer, `${header} is not as RFC 7239 has it`);
    let address = peer;
    for (const hop of hops.toReversed()) {
      if (hop === undefined) {
        throw new AmbiguousAddress(
          peer,
          `${header} does not tell from which address ${address} had it: have that proxy tell`,
        );
      }
      address = hop;
      if (!this.isTrusted(hop)) break;
    }
    return address;
  }
}
