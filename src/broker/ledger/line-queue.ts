import { setTimeout as delay } from 'node:timers/promises';
import type { AppendOnlyFile } from '../../audit/append-only-file.js';
import { EventLog } from '../../logging/event-log.js';

const RETRY_AFTER_MS = 1000;

/**
 * Lines on their way into a file, many with one write. When the disk does not take them they are
 * kept and tried again, in their order.
 */
export class LineQueue {
  private readonly logger = new EventLog('Broker');
  private readonly closing = new AbortController();
  private waiting: { readonly line: string; readonly written: () => void }[] = [];
  private writing: Promise<void> | undefined;
  private unwritten = 0;

  constructor(private readonly file: AppendOnlyFile) {}

  /** Lines that the file does not have yet. */
  get size(): number {
    return this.unwritten;
  }

  /** @param written called when the file has the line */
  add(line: string, written: () => void = () => undefined): void {
    this.unwritten++;
    this.waiting.push({ line, written });
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** Tries once more, then gives up, and closes the file. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.writing;
    if (this.waiting.length > 0) await this.append(this.waiting);
    await this.file.close();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      if (await this.append(batch)) continue;
      this.waiting = [...batch, ...this.waiting];
      const { signal } = this.closing;
      await delay(RETRY_AFTER_MS, undefined, { signal, ref: false }).catch(() => 'closing');
      if (signal.aborted) return;
    }
  }

  private async append(batch: LineQueue['waiting']): Promise<boolean> {
    try {
      const lines = batch.map(({ line }) => line);
      await this.file.append(lines, { durable: false });
    } catch (error) {
      const facts = { file: this.file.path, lines: batch.length, error };
      this.logger.error('outcomes could not be noted, next attempt in 1 s', facts);
      return false;
    }
    this.unwritten -= batch.length;
    for (const { written } of batch) written();
    return true;
  }
}
