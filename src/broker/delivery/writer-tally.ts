import type { Outcome } from '../../report/report.js';
import type { WriterStatistics } from './writer-statistics.js';

/** Outcomes of the requests that one writer carried out. */
export class WriterTally {
  private readonly counts = { written: 0, failed: 0, superseded: 0, skipped: 0 };
  private bytes = 0;
  private lastError: WriterStatistics['last_error'] = null;
  private lastFile: WriterStatistics['last_file'] = null;

  add({ request_id, report }: Outcome): void {
    const time = Date.now() / 1000;
    const { state, failure, output_file = null, rows, bytes, channels } = report;
    this.counts[state]++;
    this.bytes += bytes;
    if (failure)
      this.lastError = { time, request_id, code: failure.code, message: failure.message };
    if (state !== 'written') return;
    const first = channels.map((each) => each.first_pulse_id).filter((id) => id !== undefined);
    const last = channels.map((each) => each.last_pulse_id).filter((id) => id !== undefined);
    this.lastFile = {
      time,
      request_id,
      output_file,
      first_pulse_id: smallest(first),
      last_pulse_id: largest(last),
      channels: channels.filter((each) => !each.failure || each.rows > 0).length,
      rows,
      bytes,
    };
  }

  /** Under the names that GET /statistics has for them. */
  statistics() {
    return {
      requests_written: this.counts.written,
      requests_failed: this.counts.failed,
      requests_superseded: this.counts.superseded,
      bytes: this.bytes,
      last_error: this.lastError,
      last_file: this.lastFile,
    };
  }
}

function smallest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b));
}

function largest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b));
}
