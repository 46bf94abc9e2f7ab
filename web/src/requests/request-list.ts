import type { RequestHead } from '../api/broker.js';
import type { Batch } from '../api/live.js';
import type { Filter } from '../shell/route.js';
import { matches } from './matches.js';

/** Requests of one call. */
const WINDOW = 100;
/** Calls at once. */
const AT_ONCE = 2;
/** Windows that are kept; those that were not seen for longest go first. */
const KEPT = 40;
/** So many new requests on top are enough to begin anew from the newest. */
const MANY_NEW = 300;
/** How long a request is still shown that ceased to belong to the list: long enough to see what became of it. */
const LINGER_MS = 3000;
/** All is fetched anew at most so often. */
const RELOAD_MS = 1000;
/** When what could not be fetched is asked for again. */
const RETRY_MS = 2000;

/** A part of the list, newest first, as `GET /requests` gives it. */
export interface Page {
  readonly requests: readonly RequestHead[];
  readonly total?: number;
}

/** @param from id with which the list begins, so that newer ones move nothing; undefined: the newest */
export type FetchPage = (
  asked: { readonly from?: string; readonly skip: number; readonly limit: number },
  signal: AbortSignal,
) => Promise<Page>;

/** What the list is, as a whole. The same object while nothing changed. */
export interface ListState {
  /** Requests to show; undefined before the first reply. */
  readonly count: number | undefined;
  /** New ones that are not shown yet, as the reader is further down. */
  readonly unseen: number;
  /** Why the broker gave nothing. */
  readonly problem?: string;
}

/**
 * The requests of a filter, however many: windows are fetched where somebody looks, counted from the request that
 * was the newest at first, so that what is new moves none of them. What changes comes by events.
 */
export class RequestList {
  private state_: ListState = { count: undefined, unseen: 0 };
  private readonly listeners = new Set<() => void>();
  private readonly heads = new Map<string, RequestHead>();
  /** Ids by window; a window that is fetched is there without. */
  private windows = new Map<number, readonly string[] | undefined>();
  /** Newer than the anchor, newest first, and shown. */
  private shownNew: string[] = [];
  /** The same, not shown yet. */
  private hiddenNew: string[] = [];
  /** Older requests that came to belong to the filter while the reader was further down. */
  private readonly changed = new Set<string>();
  private anchor: RequestHead | undefined;
  private total = 0;
  private isAtTop = true;
  private isReloading = false;
  private isOutdated = false;
  private controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Calls that are not answered yet, and what came by events meanwhile: it is newer than their answers. */
  private calls = 0;
  private readonly meanwhile = new Map<string, RequestHead>();
  private seen: readonly [first: number, last: number] = [0, 0];

  constructor(
    private readonly filter: Filter,
    private readonly fetchPage: FetchPage,
  ) {}

  get state(): ListState {
    return this.state_;
  }

  /** @returns ends it */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The request at a place, 0 the newest; undefined while it is fetched. */
  at(index: number): RequestHead | undefined {
    const id = this.idAt(index);
    return id === undefined ? undefined : this.heads.get(id);
  }

  /** Fetches all anew, from the newest on. What is shown stays until then. */
  async reload(): Promise<void> {
    if (this.isReloading) {
      this.isOutdated = true;
      return;
    }
    this.isReloading = true;
    this.isOutdated = false;
    const { signal } = this.controller;
    try {
      await this.fetch({ skip: 0, limit: WINDOW }, signal, (page) => this.begin(page));
    } catch (error) {
      if (!signal.aborted) this.failed(error as Error);
    } finally {
      this.isReloading = false;
      if (this.isOutdated && !this.controller.signal.aborted) void this.reload();
    }
  }

  /** Somebody looks at these places. */
  look(first: number, last: number): void {
    this.seen = [first, last];
    if (!this.anchor) return;
    const older = (index: number) => Math.max(index - this.shownNew.length, 0);
    const end = Math.min(windowOf(older(last)), windowOf(Math.max(this.total - 1, 0)));
    for (let each = windowOf(older(first)); each <= end; each++) {
      if (!this.windows.has(each)) void this.fetchWindow(each);
    }
  }

  /** Whether the reader is at the top, where new requests appear at once, and about to click none. */
  atTop(isAtTop: boolean): void {
    if (isAtTop === this.isAtTop) return;
    this.isAtTop = isAtTop;
    if (isAtTop) this.showNew();
  }

  /** Shows the new ones. */
  showNew(): void {
    if (this.changed.size > 0 || this.hiddenNew.length > MANY_NEW) this.reloadIn(0);
    this.shownNew = [...this.hiddenNew, ...this.shownNew];
    this.hiddenNew = [];
    this.settle();
  }

  /** Takes over what happened. */
  apply({ heads, isGap }: Batch): void {
    if (isGap) void this.reload();
    if (this.calls > 0) for (const [id, head] of heads) this.meanwhile.set(id, head);
    if (this.state_.count === undefined) return;
    for (const head of heads.values()) this.take(head);
    if (heads.size === 0) return;
    if (this.isAtTop && this.hiddenNew.length > 0) this.showNew();
    if (this.isAtTop && (this.changed.size > 0 || this.shownNew.length > MANY_NEW)) {
      this.reloadIn(RELOAD_MS);
    }
    this.settle();
  }

  /** Somebody looks, for the first time or again. */
  open(): void {
    this.controller = new AbortController();
    void this.reload();
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.controller.abort();
  }

  private take(head: RequestHead): void {
    const { request_id: id, sequence } = head;
    if (this.heads.has(id)) {
      this.heads.set(id, this.meanwhile.get(id) ?? head);
      if (this.isAtTop && !matches(head, this.filter)) this.reloadIn(LINGER_MS);
      return;
    }
    if (sequence === undefined || !matches(head, this.filter)) return;
    if (this.anchor?.sequence !== undefined && sequence <= this.anchor.sequence) {
      // It is in a part of the list that nobody looked at, unless it did not belong to the list before.
      if (isOfChangingThings(this.filter)) this.changed.add(id);
      return;
    }
    this.heads.set(id, head);
    const place = this.hiddenNew.findIndex((other) => this.heads.get(other)!.sequence! < sequence);
    this.hiddenNew.splice(place < 0 ? this.hiddenNew.length : place, 0, id);
  }

  private begin({ requests, total = requests.length }: Page): void {
    this.heads.clear();
    this.windows = new Map([[0, requests.map(({ request_id: id }) => id)]]);
    for (const head of requests) this.heads.set(head.request_id, head);
    this.anchor = requests[0];
    this.total = total;
    this.shownNew = [];
    this.hiddenNew = [];
    this.changed.clear();
    for (const head of this.meanwhile.values()) this.take(head);
    if (this.isAtTop) this.shownNew = this.hiddenNew.splice(0);
    this.set({ count: total + this.shownNew.length, unseen: this.hiddenNew.length });
    this.look(...this.seen);
  }

  private async fetchWindow(window: number): Promise<void> {
    this.windows.set(window, undefined);
    const { windows, anchor } = this;
    const { signal } = this.controller;
    try {
      // Whoever drags the bar passes by many of them.
      while (this.calls >= AT_ONCE) await pause();
      if (!this.isSeen(window)) {
        windows.delete(window);
        return;
      }
      const asked = { from: anchor!.request_id, skip: window * WINDOW, limit: WINDOW };
      await this.fetch(asked, signal, ({ requests }) => {
        if (windows === this.windows) this.fill(window, requests);
      });
    } catch (error) {
      if (!signal.aborted) this.failed(error as Error);
    }
  }

  private fill(window: number, requests: readonly RequestHead[]): void {
    // Again, so that it is the last in order.
    this.windows.delete(window);
    this.windows.set(
      window,
      requests.map(({ request_id: id }) => id),
    );
    for (const head of requests) {
      const id = head.request_id;
      this.heads.set(id, this.meanwhile.get(id) ?? head);
    }
    this.forgetOld();
    this.set({ ...this.state_ });
  }

  private async fetch(
    asked: Parameters<FetchPage>[0],
    signal: AbortSignal,
    take: (page: Page) => void,
  ): Promise<void> {
    this.calls++;
    try {
      const page = await this.fetchPage(asked, signal);
      if (!signal.aborted) take(page);
    } finally {
      this.calls--;
      if (this.calls === 0) this.meanwhile.clear();
    }
  }

  private failed({ message }: Error): void {
    this.set({ ...this.state_, problem: message });
    this.reloadIn(RETRY_MS);
  }

  private reloadIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.reload();
    }, ms);
  }

  private isSeen(window: number): boolean {
    const [first, last] = this.seen.map((index) => windowOf(index - this.shownNew.length));
    return window >= Math.max(first!, 0) && window <= Math.max(last!, 0);
  }

  private forgetOld(): void {
    for (const [window, ids] of this.windows) {
      if (this.windows.size <= KEPT) return;
      if (!ids || this.isSeen(window)) continue;
      this.windows.delete(window);
      for (const id of ids) this.heads.delete(id);
    }
  }

  private idAt(index: number): string | undefined {
    if (index < this.shownNew.length) return this.shownNew[index];
    const place = index - this.shownNew.length;
    return this.windows.get(windowOf(place))?.[place % WINDOW];
  }

  private settle(): void {
    const count = this.total + this.shownNew.length;
    this.set({ ...this.state_, count, unseen: this.hiddenNew.length + this.changed.size });
  }

  private set(state: ListState): void {
    this.state_ = state;
    for (const listener of this.listeners) listener();
  }
}

/** Whether requests come to belong to the list, or cease to, while they go on. */
function isOfChangingThings({ state, healing, incomplete }: Filter): boolean {
  return state.length > 0 || healing !== undefined || incomplete !== undefined;
}

function windowOf(place: number): number {
  return Math.floor(place / WINDOW);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
