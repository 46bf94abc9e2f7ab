import type { ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { TooManyReaders } from '../http/http-errors.js';
import { Ledger } from '../ledger/ledger.js';
import { Notices } from '../process/notices.js';

const REMEMBERED = 10_000;
/** A reader that leaves more bytes than this unread is dropped, and may come back for the rest. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 15_000;
/** Each may leave a megabyte unread. */
export const MAX_READERS = 100;

interface Event {
  readonly id: number;
  /** UTF-8: as text each would be held in pieces, twice as large. */
  readonly bytes: Buffer;
}

/**
 * Changes of requests, and what happens to all of them, as server-sent events. Each has an id, and a reader that comes back with the
 * last one it saw gets what it missed, as far as that is remembered.
 */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  private readonly readers = new Set<ServerResponse>();
  private events: Event[] = [];
  // Larger than all ids of the broker before: it sent less than one a microsecond.
  private lastId = Date.now() * 1000;
  private readonly keepAlive: NodeJS.Timeout;

  constructor(ledger: Ledger, notices: Notices) {
    ledger.changes.subscribe(({ kind, head }) => this.publish(kind, head));
    notices.all.subscribe(({ kind, facts }) => this.publish(kind, facts));
    this.keepAlive = setInterval(() => this.sendToAll(': still here\n\n'), KEEP_ALIVE_MS);
    this.keepAlive.unref();
  }

  /**
   * Sends events until the reader goes, is too slow, or the application ends.
   *
   * @throws TooManyReaders
   * @param after id of the last event that the reader saw; undefined: only what happens from now on
   */
  attach(response: ServerResponse, after: number | undefined): void {
    if (this.readers.size >= MAX_READERS) throw new TooManyReaders(MAX_READERS);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    this.readers.add(response);
    response.on('close', () => this.readers.delete(response));
    response.write(Buffer.concat([Buffer.from('retry: 2000\n\n'), ...this.missedSince(after)]));
  }

  /** Ends all streams first: they would keep the server from closing. */
  beforeApplicationShutdown(): void {
    clearInterval(this.keepAlive);
    for (const reader of this.readers) reader.end();
  }

  private missedSince(after: number | undefined): Buffer[] {
    if (after === undefined || after >= this.lastId) return [];
    const missed = this.events.filter(({ id }) => id > after);
    const complete = missed.length === this.lastId - after;
    const gap = complete ? [] : [Buffer.from('event: gap\ndata: {}\n\n')];
    return [...gap, ...missed.map(({ bytes }) => bytes)];
  }

  private publish(kind: string, data: object): void {
    const id = ++this.lastId;
    const bytes = Buffer.from(`id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
    this.events.push({ id, bytes });
    if (this.events.length > 2 * REMEMBERED) this.events = this.events.slice(-REMEMBERED);
    this.sendToAll(bytes);
  }

  private sendToAll(bytes: Buffer | string): void {
    for (const reader of this.readers) {
      if (reader.writableLength > MAX_UNREAD_BYTES) reader.destroy();
      else reader.write(bytes);
    }
  }
}
