import type { WriterStatistics } from './writer-statistics.js';

/** For how long they are remembered, in s. */
const REMEMBERED_S = 600;
const MAX_REMEMBERED = 20;

/** A writer whose heartbeats stopped without a goodbye, as it was then. */
export interface LostWriter extends WriterStatistics {
  /** Requests that it held, and that are sent again. */
  readonly requests_lost: number;
}

interface Loss {
  readonly writer: LostWriter;
  readonly time: number;
}

/** The last writers that were lost. Times are seconds of a clock that nobody sets. */
export class LostWriters {
  private losses: readonly Loss[] = [];

  add(writer: LostWriter, time: number): void {
    this.back(writer.writer_id);
    this.losses = [...this.losses, { writer, time }].slice(-MAX_REMEMBERED);
  }

  /** It is heard again. */
  back(name: string): void {
    if (this.losses.length === 0) return;
    this.losses = this.losses.filter(({ writer }) => writer.writer_id !== name);
  }

  /**
   * Those of the last ten minutes, oldest first.
   *
   * @param isConnected whether one may be there still: then it is not forgotten
   */
  list(now: number, isConnected: (name: string) => boolean): LostWriter[] {
    this.losses = this.losses.filter(
      ({ writer, time }) => now - time < REMEMBERED_S || isConnected(writer.writer_id),
    );
    return this.losses.map(({ writer }) => writer);
  }
}
