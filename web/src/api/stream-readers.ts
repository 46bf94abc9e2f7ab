import type { EventStream, Hear, StreamMessage } from './event-stream.js';

/** What is needed of a stream. */
type Stream = Pick<EventStream, 'open' | 'close'>;

/** The pages that share a stream: it is open while at least one of them reads. */
export class StreamReaders {
  private readonly readers = new Set<Hear>();
  private readonly stream: Stream;
  /** How the stream is, for readers that come later. */
  private condition: StreamMessage | undefined;

  constructor(make: (hear: Hear) => Stream) {
    this.stream = make((message) => this.hear(message));
  }

  add(reader: Hear): void {
    if (this.readers.has(reader)) return;
    this.readers.add(reader);
    if (this.readers.size === 1) this.stream.open();
    else if (this.condition) reader(this.condition);
  }

  remove(reader: Hear): void {
    if (!this.readers.delete(reader) || this.readers.size > 0) return;
    this.condition = undefined;
    this.stream.close();
  }

  private hear(message: StreamMessage): void {
    if (message.kind === 'open') this.condition = { kind: 'open', misses: true };
    else if (message.kind === 'broken' || message.kind === 'refused') this.condition = message;
    for (const reader of this.readers) reader(message);
  }
}
