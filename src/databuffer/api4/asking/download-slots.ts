import type { Connections } from '../../http/connections.js';

/** Memory that sockets read into, twice: of all slots together, and the least and the most of each. */
const READ_BYTES = { all: 2560 * 1024, least: 32 * 1024, most: 256 * 1024 };

/** The connections that downloads go through, one at a time each. */
export class DownloadSlots {
  /** @param atOnce how many there are; each takes up memory once it is used */
  constructor(
    private readonly connections: Connections,
    readonly atOnce: number,
  ) {}

  /** The connections for what is asked beside the downloads. */
  get aside(): Connections {
    return this.connections.beside(this.atOnce);
  }

  /**
   * Does something for each item, in their order, as many at once as there are slots.
   *
   * When one fails no other begins; the failure is thrown when all are over.
   *
   * @param failed is told at once, and may end the others
   */
  async each<T>(
    items: Iterable<T>,
    work: (item: T, connections: Connections) => Promise<void>,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const left = items[Symbol.iterator]();
    const failures: unknown[] = [];
    const { all, least, most } = READ_BYTES;
    const readBytes = Math.max(least, Math.min(Math.floor(all / this.atOnce), most));
    const serve = async (slot: number) => {
      for (let next = left.next(); !next.done; next = left.next()) {
        if (failures.length > 0) return;
        try {
          await work(next.value, this.connections.beside(slot, readBytes));
        } catch (error) {
          failures.push(error);
          failed(error);
        }
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, (_, slot) => serve(slot)));
    if (failures.length > 0) throw failures[0];
  }
}
