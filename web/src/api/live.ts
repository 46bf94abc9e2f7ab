import type { RequestHead } from './broker.js';
import { streamIs } from './connection.js';
import type { StreamMessage } from './event-stream.js';
import { SharedStream } from './shared-stream.js';

/** What happened since the batch before. */
export interface Batch {
  /** Requests that changed, as they are now, by id. */
  readonly heads: ReadonlyMap<string, RequestHead>;
  /** Some of what happened is not known: what is shown has to be fetched anew. */
  readonly isGap: boolean;
}

type Listener = (batch: Batch) => void;

/** Where no frame is drawn, as the page is hidden, what is waiting is passed on so often. */
const HIDDEN_MS = 1000;

/**
 * Follows `GET /events`. Changes are passed on together, once for each frame that the browser draws, so that
 * many of them take no longer than few.
 */
class Live {
  private readonly listeners = new Set<Listener>();
  private readonly openListeners = new Set<() => void>();
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
    const stream = new SharedStream((message) => this.hear(message));
    const follow = () => {
      if (document.visibilityState === 'visible') stream.open();
      else {
        stream.close();
        streamIs('opening');
      }
    };
    follow();
    // A page that was opened behind others is filled all the same.
    if (document.visibilityState !== 'visible') this.start();
    document.addEventListener('visibilitychange', follow);
    addEventListener('pagehide', () => stream.close());
    // It may come back as it was left.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) follow();
    });
  }

  private hear(message: StreamMessage): void {
    switch (message.kind) {
      case 'head': {
        const head = JSON.parse(message.json) as RequestHead;
        this.heads.set(head.request_id, head);
        this.passOn();
        return;
      }
      case 'gap':
        this.gap();
        return;
      case 'open':
        streamIs('open');
        if (this.isStarted && message.misses) this.gap();
        this.start();
        for (const listener of this.openListeners) listener();
        return;
      case 'broken':
        streamIs('broken');
        this.start();
        return;
      case 'refused':
        streamIs('refused');
        this.start();
        // What is not told is looked up.
        this.gap();
    }
  }

  private start(): void {
    this.isStarted = true;
    this.opening.resolve();
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
