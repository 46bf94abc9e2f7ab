import { basename } from 'node:path';
import type { LinePlace } from '../../audit/file-tail.js';
import type { RequestHead } from '../../report/request-record.js';
import { type RequestState, isSettled } from '../../report/request-state.js';

/** What is in memory of each request. */
export interface IndexEntry {
  readonly id: string;
  readonly accepted: number;
  readonly outputFile: string | undefined;
  /** Sorts it among others; see {@link sortKeyOf}. */
  readonly sortKey: number;
  state: RequestState;
  /** Whether some of its channels are not, or not as a whole, in the file; undefined: not known here. */
  incomplete?: boolean;
  /** Whether it is settled as `recorded` only because the outcomes were lost. */
  withheld?: boolean;
  /** Where the rest of it is; undefined for a request that is in memory, or only known in short. */
  place?: LinePlace;
  /** What is known of one whose line can't be read again. */
  head?: RequestHead;
}

/** Which requests are asked for. Times are seconds since the epoch, of acceptance, both included. */
export interface RequestFilter {
  readonly states?: ReadonlySet<string>;
  readonly since?: number;
  readonly until?: number;
  /** The output file's name, with or without its folder. */
  readonly outputFile?: string;
  /** Only those with missing, failed or short channels, or only the others. */
  readonly incomplete?: boolean;
}

/** Which requests there are, in the order in which they were accepted. */
export class RequestIndex {
  private readonly byId = new Map<string, IndexEntry>();
  private order: IndexEntry[] = [];
  private inOrder = true;
  /** The newest request of each output file; made when it is first asked for. */
  private newest: Map<string, IndexEntry> | undefined;

  get(id: string): IndexEntry | undefined {
    return this.byId.get(id);
  }

  add(entry: IndexEntry): void {
    this.inOrder &&= entry.sortKey >= (this.order.at(-1)?.sortKey ?? -Infinity);
    this.byId.set(entry.id, entry);
    this.order.push(entry);
    if (this.newest) enterNewest(this.newest, entry);
  }

  /** Forgets one that turns out to be open. */
  remove(id: string): void {
    const entry = this.byId.get(id);
    if (!entry) return;
    this.byId.delete(id);
    this.order = this.order.filter((each) => each !== entry);
    this.newest = undefined;
  }

  /** The newest request for the same file that is behind this one, and is written or open. */
  newerOf(entry: IndexEntry): IndexEntry | undefined {
    const { outputFile } = entry;
    if (outputFile === undefined) return undefined;
    const newest = this.newestOf(outputFile);
    if (newest === entry || newest === undefined || counts(newest)) {
      return newest === entry ? undefined : newest;
    }
    this.sort();
    for (let at = this.order.length - 1; at >= 0 && this.order[at] !== entry; at--) {
      const each = this.order[at];
      if (each.outputFile === outputFile && counts(each)) return each;
    }
    return undefined;
  }

  /** Those that a start without outcomes withheld. */
  withheld(): IndexEntry[] {
    return this.order.filter(({ withheld }) => withheld);
  }

  /** Forgets the oldest, down to `capacity`, when there are a tenth more than that. */
  trim(capacity: number): void {
    if (this.order.length <= 1.1 * capacity) return;
    this.sort();
    for (const { id } of this.order.slice(0, -capacity)) this.byId.delete(id);
    this.order = this.order.slice(-capacity);
    this.newest = undefined;
  }

  /**
   * Newest first.
   *
   * @param before an entry; only those behind it, which are older
   */
  *newestFirst(filter: RequestFilter, before?: IndexEntry): Generator<IndexEntry, void> {
    this.sort();
    const { order } = this;
    const from = before ? order.lastIndexOf(before) : order.length;
    for (let at = from - 1; at >= 0; at--) {
      if (matches(order[at], filter)) yield order[at];
    }
  }

  private sort(): void {
    if (!this.inOrder) this.order.sort((a, b) => a.sortKey - b.sortKey);
    this.inOrder = true;
  }

  private newestOf(outputFile: string): IndexEntry | undefined {
    if (!this.newest) {
      this.newest = new Map();
      for (const entry of this.order) enterNewest(this.newest, entry);
    }
    return this.newest.get(outputFile);
  }
}

function enterNewest(newest: Map<string, IndexEntry>, entry: IndexEntry): void {
  const { outputFile, sortKey } = entry;
  if (outputFile === undefined) return;
  const other = newest.get(outputFile);
  if (!other || sortKey >= other.sortKey) newest.set(outputFile, entry);
}

function counts({ state }: IndexEntry): boolean {
  return state === 'written' || !isSettled(state);
}

function matches(entry: IndexEntry, { states, since, until, outputFile }: RequestFilter): boolean {
  return (
    (!states || states.has(entry.state)) &&
    (since === undefined || entry.accepted >= since) &&
    (until === undefined || entry.accepted <= until) &&
    (outputFile === undefined || isNamed(entry.outputFile, outputFile))
  );
}

function isNamed(path: string | undefined, name: string): boolean {
  return path !== undefined && (path === name || basename(path) === name);
}
