import { basename } from 'node:path';
import type { Lane } from '../../request/lane.js';
import type { LiveRequest, TrackedRequest } from './tracked-request.js';
import { isSettled } from '../../report/request-state.js';

/** A filter of requests. Times are those of acceptance, in seconds since the epoch, both included. */
export interface RequestFilter {
  readonly states?: ReadonlySet<string>;
  readonly since?: number;
  readonly until?: number;
  /** The output file's name, with or without its folder. */
  readonly outputFile?: string;
  /** Part of the output file's path or of the id, in lower case; theirs does not matter. */
  readonly search?: string;
  readonly lane?: Lane;
  /** Only those with missing, failed or short channels, or only the others. */
  readonly incomplete?: boolean;
  /** Only those that failed and are tried again by themselves, or only the others. */
  readonly healing?: boolean;
}

/** All requests that are known, by id and in the order in which they were accepted. */
export class RequestIndex {
  private readonly byId = new Map<string, TrackedRequest>();
  private order: TrackedRequest[] = [];
  private inOrder = true;
  private live = 0;
  /** The requests for each output file, the oldest first; made when it is first asked for. */
  private files: Map<string, TrackedRequest[]> | undefined;

  get(id: string): TrackedRequest | undefined {
    return this.byId.get(id);
  }

  add(entry: TrackedRequest): void {
    this.inOrder &&= entry.sortKey >= (this.order.at(-1)?.sortKey ?? -Infinity);
    this.byId.set(entry.id, entry);
    this.order.push(entry);
    if (this.files) enterFile(this.files, entry);
  }

  /** A request is open, for the first time or again. */
  revive(entry: TrackedRequest, live: LiveRequest): void {
    if (!entry.live) this.live++;
    Object.assign(entry, { live, withheld: false, head: undefined });
    // One that heals keeps the line that has its report.
    if (!live.told) entry.place = undefined;
  }

  /** All that is known of a settled request is in the outcomes file. */
  release(entry: TrackedRequest): void {
    entry.settle(entry.state);
    entry.live = undefined;
    this.live--;
  }

  /** Forgets one that turns out to be open. */
  remove(id: string): void {
    const entry = this.byId.get(id);
    if (!entry) return;
    this.byId.delete(id);
    this.order = this.order.filter((each) => each !== entry);
    this.files = undefined;
  }

  /** The newest request for the same file that came after this one, and is written or open. */
  newerOf(entry: TrackedRequest): TrackedRequest | undefined {
    const all = this.forFile(entry.outputFile);
    return all.slice(all.lastIndexOf(entry) + 1).findLast(counts);
  }

  /**
   * The newest request for an output file, and the newest that is written or open: that whose data the file has,
   * or gets.
   */
  ofFile(outputFile: string): { newest?: TrackedRequest; standing?: TrackedRequest } {
    const all = this.forFile(outputFile);
    return { newest: all.at(-1), standing: all.findLast(counts) };
  }

  /** Those that a start without outcomes withheld. */
  withheld(): TrackedRequest[] {
    return this.order.filter(({ withheld }) => withheld);
  }

  /** How many failed, and are tried again by themselves. */
  get healing(): number {
    return this.order.reduce((count, { isHealing }) => count + Number(isHealing), 0);
  }

  /** Forgets the oldest that are settled, down to `capacity`, when there are a tenth more than that. */
  trim(capacity: number): void {
    const settled = this.order.length - this.live;
    if (settled <= 1.1 * capacity) return;
    this.sort();
    let tooMany = settled - capacity;
    this.order = this.order.filter((entry) => {
      if (entry.live || tooMany === 0) return true;
      tooMany--;
      return !this.byId.delete(entry.id);
    });
    this.files = undefined;
  }

  /**
   * Newest first.
   *
   * @param start an entry: only this one and those behind it, which are older
   */
  *newestFirst(filter: RequestFilter, start?: TrackedRequest): Generator<TrackedRequest, void> {
    this.sort();
    const { order } = this;
    for (let at = start ? order.lastIndexOf(start) : order.length - 1; at >= 0; at--) {
      if (matches(order[at], filter)) yield order[at];
    }
  }

  private sort(): void {
    if (!this.inOrder) this.order.sort((a, b) => a.sortKey - b.sortKey);
    this.inOrder = true;
  }

  private forFile(outputFile: string | undefined): readonly TrackedRequest[] {
    if (outputFile === undefined) return [];
    if (!this.files) {
      this.files = new Map();
      for (const entry of this.order) enterFile(this.files, entry);
    }
    return this.files.get(outputFile) ?? [];
  }
}

function enterFile(files: Map<string, TrackedRequest[]>, entry: TrackedRequest): void {
  const { outputFile, sortKey } = entry;
  if (outputFile === undefined) return;
  const all = files.get(outputFile);
  if (!all) return void files.set(outputFile, [entry]);
  all.splice(all.findLastIndex((other) => other.sortKey <= sortKey) + 1, 0, entry);
}

function counts({ state }: TrackedRequest): boolean {
  return state === 'written' || !isSettled(state);
}

function matches(
  entry: TrackedRequest,
  { states, since, until, outputFile, search, lane, healing }: RequestFilter,
): boolean {
  return (
    (lane === undefined || entry.lane === lane) &&
    (!states || states.has(entry.state)) &&
    (since === undefined || entry.accepted >= since) &&
    (until === undefined || entry.accepted <= until) &&
    (healing === undefined || entry.isHealing === healing) &&
    (outputFile === undefined || isNamed(entry.outputFile, outputFile)) &&
    (search === undefined || isFound(entry, search))
  );
}

function isNamed(path: string | undefined, name: string): boolean {
  return path !== undefined && (path === name || basename(path) === name);
}

/** @param search in lower case */
function isFound({ id, outputFile }: TrackedRequest, search: string): boolean {
  return [outputFile ?? '', id].some((text) => text.toLowerCase().includes(search));
}
