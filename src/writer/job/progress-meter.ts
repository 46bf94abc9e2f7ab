import type { JobProgress } from './job.js';

const INTERVAL_MS = 1000;

/**
 * Tells how far a job is: when the first byte comes, then about once a second while something moves. Whoever
 * hears nothing new for long may take the job to be stuck.
 */
export class ProgressMeter {
  private bytes = 0;
  private next = 0;
  private rows = () => 0;
  private fileBytes = () => 0;

  constructor(private readonly tell: (progress: JobProgress) => void) {}

  /** A reply is asked for. @param rows how many have come of it */
  begin(rows: () => number): void {
    this.bytes = 0;
    this.next = 0;
    this.rows = rows;
  }

  /** @param fileBytes bytes of the file that is made now, asked for once a second */
  watch(fileBytes: () => number): void {
    this.fileBytes = fileBytes;
  }

  /** Bytes of the reply came. */
  add(bytes: number): void {
    this.bytes += bytes;
    this.look();
  }

  /** Something moved. */
  look(): void {
    const now = performance.now();
    if (now < this.next) return;
    this.next = now + INTERVAL_MS;
    this.tell({ bytes: this.bytes, rows: this.rows(), fileBytes: this.fileBytes() });
  }
}
