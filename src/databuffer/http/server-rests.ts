import { ServerResting } from '../errors.js';

const NS_PER_S = 1e9;

/**
 * Until when servers want not to be asked, as they said by `Retry-After`. What one thread hears holds for
 * all that were given the same memory.
 */
export class ServerRests {
  private readonly origins: readonly string[];
  /** By server: ns of the clock of the process. */
  private readonly ends: BigInt64Array;

  /**
   * @param urls of the servers; others are asked whatever they say
   * @param memory of these servers, see {@link memoryFor}; by default it has one of its own
   */
  constructor(urls: readonly string[], memory = ServerRests.memoryFor(urls)) {
    this.origins = urls.map((url) => new URL(url).origin);
    this.ends = new BigInt64Array(memory);
  }

  /** Memory for what servers say, to be handed to all threads that ask them. */
  static memoryFor(urls: readonly string[]): SharedArrayBuffer {
    return new SharedArrayBuffer(urls.length * BigInt64Array.BYTES_PER_ELEMENT);
  }

  /** A server said for how many seconds. */
  note(url: string, seconds: number): void {
    const place = this.placeOf(url);
    if (place === -1) return;
    const end = process.hrtime.bigint() + BigInt(Math.round(seconds * NS_PER_S));
    Atomics.store(this.ends, place, end);
  }

  /** @throws ServerResting where that is not over */
  ensureOver(url: string): void {
    const place = this.placeOf(url);
    if (place === -1) return;
    const left = Number(Atomics.load(this.ends, place) - process.hrtime.bigint()) / NS_PER_S;
    if (left > 0) throw new ServerResting(url, left);
  }

  private placeOf(url: string): number {
    return this.origins.indexOf(new URL(url).origin);
  }
}
