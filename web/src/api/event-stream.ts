/** What a stream of events tells. */
export type StreamMessage =
  /** It is there. `misses`: it could not ask for what happened since it was there last. */
  | { readonly kind: 'open'; readonly misses: boolean }
  /** It broke, and tries again by itself. */
  | { readonly kind: 'broken' }
  /** The broker takes no further reader for now. */
  | { readonly kind: 'refused' }
  /** Some of what happened is not told. */
  | { readonly kind: 'gap' }
  /** A request changed: its head as JSON. */
  | { readonly kind: 'head'; readonly json: string };

export type Hear = (message: StreamMessage) => void;

const REOPEN_MS = 2000;

/** `GET /events`, from open to close, through whatever breaks it meanwhile. */
export class EventStream {
  private source: EventSource | undefined;
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private lastId = '';

  constructor(private readonly hear: Hear) {}

  open(): void {
    if (this.source) return;
    clearTimeout(this.reopening);
    const source = new EventSource('/events');
    this.source = source;
    this.lastId = '';
    source.addEventListener('open', () => {
      // Without an id of the broker's it can't ask for what it missed.
      this.hear({ kind: 'open', misses: this.lastId === '' });
    });
    source.addEventListener('error', () => {
      // It tries again by itself, and then asks for what it missed.
      if (source.readyState !== EventSource.CLOSED) {
        this.hear({ kind: 'broken' });
        return;
      }
      this.source = undefined;
      this.reopening = setTimeout(() => this.open(), REOPEN_MS);
      this.hear({ kind: 'refused' });
    });
    source.addEventListener('state', (event) => this.take(event));
    source.addEventListener('progress', (event) => this.take(event));
    source.addEventListener('gap', () => this.hear({ kind: 'gap' }));
  }

  close(): void {
    clearTimeout(this.reopening);
    this.source?.close();
    this.source = undefined;
  }

  private take({ data, lastEventId }: MessageEvent<string>): void {
    this.lastId = lastEventId;
    this.hear({ kind: 'head', json: data });
  }
}
