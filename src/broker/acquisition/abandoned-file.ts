import { existsSync } from 'node:fs';
import {
  type AbandonedAcquisition,
  type AbandonedHead,
  type CompletedNote,
  abandonedLine,
  readAbandonedLine,
} from '../../audit/abandoned-line.js';
import { AppendOnlyFile } from '../../audit/append-only-file.js';
import { visitLines } from '../../audit/line-splitter.js';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { EventLog } from '../../logging/event-log.js';
import { AbandonedUnreadable } from './errors.js';

/** Acquisitions that are kept, the newest ones. */
export const KEPT = 1000;
// Above one of these the older ones go, to half of the bytes. One has 1 to 10 kB, 2 MB at most.
const MAX_KEPT = 1100;
const MAX_BYTES = 64 * 1024 * 1024;

/** What is in memory of an acquisition that is kept. */
export interface KeptAcquisition {
  readonly head: AbandonedHead;
  completed?: CompletedNote;
}

/**
 * The acquisitions that were abandoned while they were receiving, on disk: a line each, and one more when it
 * is completed. Nothing fails because of this file: what is under way matters more.
 */
export class AbandonedFile {
  private readonly logger = new EventLog('Broker');
  private readonly lines: AppendOnlyFile;
  private readonly writing = new SerialQueue();
  /** By id, oldest first. */
  private kept = new Map<string, KeptAcquisition>();
  private bytes = 0;

  constructor(readonly path: string) {
    this.lines = new AppendOnlyFile(path);
  }

  /** Reads what predecessors kept. */
  async open(): Promise<void> {
    const found = new Map<string, KeptAcquisition>();
    let isDamaged = false;
    const facts = { file: this.path };
    try {
      await this.visit((content, line) => {
        this.bytes += line.length + 1;
        if (content) note(found, content);
        else isDamaged = true;
      });
      if (isDamaged)
        this.logger.warn('damaged lines about abandoned acquisitions are passed over', facts);
    } catch (error) {
      this.logger.error('abandoned acquisitions can not be read', { ...facts, error });
    }
    this.kept = found;
  }

  /** Keeps an acquisition; on disk when it returns. Whether it could be is only in the log. */
  async keep(acquisition: AbandonedAcquisition): Promise<void> {
    await this.append(acquisition);
  }

  /** Notes that one was completed. Nothing waits for the disk: the trail knows it as well. */
  complete(completed: CompletedNote): void {
    const entry = this.kept.get(completed.completed);
    if (!entry) return;
    entry.completed = completed;
    void this.append(completed);
  }

  /** Newest first. */
  newestFirst(): KeptAcquisition[] {
    return [...this.kept.values()].reverse();
  }

  get(id: string): KeptAcquisition | undefined {
    return this.kept.get(id);
  }

  /** All that is kept of an acquisition; undefined for one that is not. @throws AbandonedUnreadable */
  async read(id: string): Promise<AbandonedAcquisition | undefined> {
    let found: AbandonedAcquisition | undefined;
    try {
      await this.visit((content) => {
        if (content && 'id' in content && content.id === id) found = content;
      });
    } catch (error) {
      throw new AbandonedUnreadable(this.path, error);
    }
    return found;
  }

  async close(): Promise<void> {
    await this.writing.idle();
    await this.lines.close();
  }

  private append(content: AbandonedAcquisition | CompletedNote): Promise<void> {
    return this.writing.run(async () => {
      const line = abandonedLine(content);
      try {
        await this.lines.append([line]);
        this.bytes += Buffer.byteLength(line) + 1;
        note(this.kept, content);
        if (this.kept.size >= MAX_KEPT || this.bytes > MAX_BYTES) await this.forgetOldest();
      } catch (error) {
        const what = 'id' in content ? content : { id: content.completed, output_file: undefined };
        this.logger.error('abandoned acquisition could not be noted', {
          request_id: what.id,
          output_file: what.output_file,
          start_pulse_id: content.start_pulse_id,
          file: this.path,
          error,
        });
      }
    });
  }

  /** Writes the file anew with the newest ones. */
  private async forgetOldest(): Promise<void> {
    const [acquisitions, notes] = [new Map<string, string>(), new Map<string, string>()];
    await this.visit((content, line) => {
      if (!content) return;
      if ('id' in content) acquisitions.delete(content.id);
      if ('id' in content) acquisitions.set(content.id, line.toString());
      else notes.set(content.completed, line.toString());
    });
    const chosen: string[][] = [];
    let bytes = 0;
    for (const [id, text] of [...acquisitions].reverse()) {
      const lines = [text, ...(notes.has(id) ? [notes.get(id)!] : [])];
      const length = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      const isFull = chosen.length === KEPT || bytes + length > MAX_BYTES / 2;
      if (isFull && chosen.length > 0) break;
      chosen.push(lines);
      bytes += length;
    }
    const lines = chosen.reverse().flat();
    await this.lines.replace(lines);
    this.bytes = bytes;
    this.kept = new Map();
    for (const line of lines) note(this.kept, readAbandonedLine(Buffer.from(line))!);
  }

  private async visit(
    see: (content: AbandonedAcquisition | CompletedNote | undefined, line: Buffer) => void,
  ): Promise<void> {
    if (!existsSync(this.path)) return;
    await visitLines(this.path, (line) => {
      if (line.length > 0) see(readAbandonedLine(line), line);
    });
  }
}

function note(
  kept: Map<string, KeptAcquisition>,
  content: AbandonedAcquisition | CompletedNote,
): void {
  if ('completed' in content) {
    const entry = kept.get(content.completed);
    if (entry) entry.completed = content;
    return;
  }
  const { parameters: _parameters, channels: _channels, ...head } = content;
  kept.delete(content.id);
  kept.set(content.id, { head });
}
