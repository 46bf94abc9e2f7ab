import { setTimeout as delay } from 'node:timers/promises';
import type { AppendOnlyFile } from '../../audit/append-only-file.js';
import { EventLog } from '../../logging/event-log.js';

const RETRY_AFTER_MS = 1000;

interface WaitingLine {
  /** Undefined for somebody who waits until all lines before are on disk. */
  readonly line?: string;
  readonly written: () => void;
  /** Called instead when it can't be put on disk: it is not tried again. */
  readonly refused?: (error: unknown) => void;
}

/**
 * Lines on their way into a file, many with one write. When the disk does not take them they are
 * kept and tried again, in their order.
 */
export class LineQueue {
  private readonly logger = new EventLog('Broker');
  private readonly closing = new AbortController();
  private waiting: WaitingLine[] = [];
  private writing: Promise<void> | undefined;
  private unwritten = 0;

  constructor(private readonly file: AppendOnlyFile) {}

  /** Lines that the file does not have yet. */
  get size(): number {
    return this.unwritten;
  }

  /** @param written called when the file has the line */
  add(line: string, written: () => void = () => undefined): void {
    this.enter({ line, written });
  }

  /**
   * Tried once, behind all lines before it.
   *
   * @returns when it is on disk
   * @throws NodeJS.ErrnoException when the disk does not take it
   */
  addDurably(line: string): Promise<void> {
    return new Promise((written, refused) => this.enter({ line, written, refused }));
  }

  /**
   * @returns when all lines that were added so far are on disk, however long the disk refuses them; never, where it
   *   has not taken them when this is closed
   */
  allDurable(): Promise<void> {
    return new Promise((written) => this.enter({ written }));
  }

  /** Tries once more, then gives up, and closes the file. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.writing;
    if (this.waiting.length > 0) await this.append(this.waiting);
    await this.file.close();
  }

  private enter(line: WaitingLine): void {
    this.unwritten += linesIn([line]).length;
    this.waiting.push(line);
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      const left = await this.append(batch);
      if (left.length === 0) continue;
      this.waiting = [...left, ...this.waiting];
      const { signal } = this.closing;
      await delay(RETRY_AFTER_MS, undefined, { signal, ref: false }).catch(() => 'closing');
      if (signal.aborted) return;
    }
  }

  /** @returns what is to be tried again */
  private async append(batch: readonly WaitingLine[]): Promise<readonly WaitingLine[]> {
    try {
      const lines = linesIn(batch);
      const isAskedFor = batch.some(({ line }) => line === undefined);
      const durable = isAskedFor || batch.some(({ refused }) => refused !== undefined);
      if (lines.length > 0) await this.file.append(lines, { durable });
      if (isAskedFor) await this.file.sync();
    } catch (error) {
      return this.refuse(batch, error);
    }
    this.unwritten -= linesIn(batch).length;
    for (const { written } of batch) written();
    return [];
  }

  private refuse(batch: readonly WaitingLine[], error: unknown): readonly WaitingLine[] {
    const left = batch.filter(({ refused }) => refused === undefined);
    this.unwritten -= linesIn(batch).length - linesIn(left).length;
    for (const { refused } of batch) refused?.(error);
    if (left.length > 0) {
      const facts = { file: this.file.path, lines: linesIn(left).length, error };
      this.logger.error('outcomes could not be noted, next attempt in 1 s', facts);
    }
    return left;
  }
}

function linesIn(batch: readonly WaitingLine[]): string[] {
  return batch.flatMap(({ line }) => line ?? []);
}
