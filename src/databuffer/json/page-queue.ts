import type { Spool } from '../../rows/spool.js';
import type { Page, SavedPage } from './page.js';

/** Pages of one kind that wait in the spool, in order. */
export class PageQueue<P extends Page> {
  private waiting: SavedPage[] = [];
  private next = 0;

  /** @param loaded the page that waiting ones are loaded into */
  constructor(
    private readonly loaded: P,
    private readonly spool: Spool,
  ) {}

  /** Takes what is in the page, which is empty then. */
  put(page: P): void {
    this.waiting.push(page.save(this.spool));
    page.clear();
  }

  /** The next page, in the order in which they were put; valid until the next call of this queue. */
  take(): P | undefined {
    if (this.next === this.waiting.length) return undefined;
    this.loaded.load(this.spool, this.waiting[this.next++]);
    return this.loaded;
  }

  /** Forgets what waits. */
  clear(): void {
    this.waiting = [];
    this.next = 0;
  }
}
