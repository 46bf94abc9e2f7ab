import type { RequestHead } from './broker.js';
import { streamIs } from './connection.js';

/** What happened since the batch before. */
export interface Batch {
  /** Requests that changed, as they are now, by id. */
  readonly heads: ReadonlyMap<string, RequestHead>;
  /** Some of what happened is not known: what is shown has to be fetched anew. */
  readonly isGap: boolean;
}

type Listener = (batch: Batch) => void;

const REOPEN_MS = 2000;
/** How long a page that nobody sees keeps its stream: browsers have six connections to a server in all. */
const UNSEEN_MS = 10_000;
/** Where no frame is drawn, as the page is hidden, what is waiting is passed on so often. */
const HIDDEN_MS = 1000;

/**
 * Follows `GET /events`. Changes are passed on together, once for each frame that the browser draws, so that
 * many of them take no longer than few.
 */
class Live {
  private readonly listeners = new Set<Listener>();
  private readonly openListeners = new Set<() => void>();
  private source: EventSource | undefined;
  private lastId = '';
  private isStarted = false;
  private heads = new Map<string, RequestHead>();
  private isGap = false;
  private isDue = false;
  private readonly opening = Promise.withResolvers<void>();

  /** Settles when events come, or when it is clear that none do for now: what is fetched then misses nothing. */
  readonly started = this.opening.promise;

  /** @returns ends it */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls whenever the stream is there, for the first time or again. */
  onOpen(listener: () => void): void {
    this.openListeners.add(listener);
  }

  /** Follows for as long as the page is there, but for times when nobody sees it. */
  follow(): void {
    this.open();
    let unseen: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(unseen);
      if (document.visibilityState === 'visible') this.resume();
      else unseen = setTimeout(() => this.pause(), UNSEEN_MS);
    });
  }

  private open(): void {
    const source = new EventSource('/events');
    this.source = source;
    this.lastId = '';
    source.addEventListener('open', () => {
      streamIs('open');
      // Without an id of the broker's it can't ask for what it missed.
      if (this.isStarted && this.lastId === '') this.gap();
      this.isStarted = true;
      this.opening.resolve();
      for (const listener of this.openListeners) listener();
    });
    source.addEventListener('error', () => {
      this.isStarted = true;
      this.opening.resolve();
      // It tries again by itself, and then asks for what it missed.
      const goesOn = source.readyState !== EventSource.CLOSED;
      streamIs(goesOn ? 'broken' : 'refused');
      if (goesOn) return;
      this.source = undefined;
      // What is not told is looked up.
      this.gap();
      setTimeout(() => {
        if (document.visibilityState === 'visible') this.resume();
      }, REOPEN_MS);
    });
    source.addEventListener('state', (event) => this.take(event));
    source.addEventListener('progress', (event) => this.take(event));
    source.addEventListener('gap', () => this.gap());
  }

  private pause(): void {
    this.source?.close();
    this.source = undefined;
    streamIs('opening');
  }

  private resume(): void {
    if (!this.source) this.open();
  }

  private take({ data, lastEventId }: MessageEvent<string>): void {
    this.lastId = lastEventId;
    const head = JSON.parse(data) as RequestHead;
    this.heads.set(head.request_id, head);
    this.passOn();
  }

  private gap(): void {
    this.isGap = true;
    this.passOn();
  }

  private passOn(): void {
    if (this.isDue) return;
    this.isDue = true;
    const flush = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      this.flush();
    };
    const frame = requestAnimationFrame(flush);
    const timer = setTimeout(flush, HIDDEN_MS);
  }

  private flush(): void {
    const batch = { heads: this.heads, isGap: this.isGap };
    this.heads = new Map();
    this.isGap = false;
    this.isDue = false;
    for (const listener of this.listeners) listener(batch);
  }
}

export const live = new Live();
