import type { Spool } from '../../rows/spool.js';
import type { Page, SavedPage } from './page.js';

/** What pages may take up that wait or are kept for reuse, over all queues that share it. */
export class MemoryBudget {
  private used = 0;
  private readonly queues: PageQueue<Page>[] = [];

  /** @param limit in bytes */
  constructor(private readonly limit: number) {}

  /** Takes the bytes if there are so many left, or can be made free. */
  claim(bytes: number): boolean {
    for (const queue of this.queues) {
      while (this.used + bytes > this.limit && queue.dropSpare());
    }
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.used -= bytes;
  }

  share(queue: PageQueue<Page>): void {
    this.queues.push(queue);
  }
}

interface PageInMemory<P> {
  readonly page: P;
  /** What it claimed of the budget. */
  readonly bytes: number;
}

/** Pages of one kind that wait, in order: in memory as far as the budget goes, then in the spool. */
export class PageQueue<P extends Page> {
  private waiting: (PageInMemory<P> | SavedPage)[] = [];
  private next = 0;
  private readonly spares: PageInMemory<P>[] = [];
  private loaded: P | undefined;

  constructor(
    private readonly create: () => P,
    private readonly budget: MemoryBudget,
    private readonly spool: Spool,
  ) {
    budget.share(this);
  }

  /** Takes a page over. @returns an empty one to go on with: the same, if it went to the spool */
  put(page: P): P {
    const spare = this.takeSpare();
    const bytes = page.byteLength;
    if (this.budget.claim(bytes)) {
      this.waiting.push({ page, bytes });
      return spare ?? this.create();
    }
    this.waiting.push(page.save(this.spool));
    page.clear();
    return page;
  }

  /** The next page, in the order in which they were put; valid until the next call of this queue. */
  take(): P | undefined {
    if (this.next === this.waiting.length) return undefined;
    const entry = this.waiting[this.next++];
    if ('page' in entry) return entry.page;
    this.loaded ??= this.create();
    this.loaded.load(this.spool, entry);
    return this.loaded;
  }

  /** Forgets what waits; the memory is kept for what comes. */
  clear(): void {
    for (const entry of this.waiting) {
      if (!('page' in entry)) continue;
      entry.page.clear();
      this.spares.push(entry);
    }
    this.waiting = [];
    this.next = 0;
  }

  /** Gives the memory of one spare page back. @returns whether there was one */
  dropSpare(): boolean {
    return this.takeSpare() !== undefined;
  }

  private takeSpare(): P | undefined {
    const spare = this.spares.pop();
    if (spare !== undefined) this.budget.release(spare.bytes);
    return spare?.page;
  }
}
