import type { CountingSink } from './counting-sink.js';
import type { JobProgress } from './job.js';

const INTERVAL_MS = 1000;

/** Tells how far a job is: when the first byte comes, then about once a second while bytes come. */
export class ProgressMeter {
  private bytes = 0;
  private next = 0;

  constructor(
    private readonly counter: CountingSink,
    private readonly tell: (progress: JobProgress) => void,
  ) {}

  /** Bytes of the reply came. */
  add(bytes: number): void {
    this.bytes += bytes;
    const now = performance.now();
    if (now < this.next) return;
    this.next = now + INTERVAL_MS;
    this.tell({ bytes: this.bytes, rows: this.counter.rows });
  }
}
