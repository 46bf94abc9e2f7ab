import { Injectable } from '@nestjs/common';
import type { Outcome, Heartbeat, Hello } from '../../report/report.js';
import type { WriterStatistics } from './writer-statistics.js';

/** Requests of one writer whose outcome is shown. */
type Counted = 'written' | 'failed' | 'superseded' | 'skipped';

interface Known {
  readonly since: number;
  readonly presence: Hello | Heartbeat;
  readonly lastSeen: number;
}

interface Tally {
  readonly counts: Record<Counted, number>;
  bytes: number;
  lastError: WriterStatistics['last_error'];
  lastFile: WriterStatistics['last_file'];
}

/** What is known of the writers that report, for people who look at the broker. */
@Injectable()
export class Writers {
  private readonly known = new Map<string, Known>();
  private readonly tallies = new Map<string, Tally>();

  present(report: Hello | Heartbeat): void {
    const time = Date.now() / 1000;
    const since = this.known.get(report.writer_id)?.since ?? time;
    // What it holds is known by request.
    const presence = { ...report, held: [] };
    this.known.set(report.writer_id, { since, presence, lastSeen: time });
  }

  gone(writer: string): void {
    this.known.delete(writer);
    this.tallies.delete(writer);
  }

  settled({ writer_id, request_id, report }: Outcome): void {
    // One that is not known yet says hello soon, after a restart of the broker.
    const tally = this.tallies.get(writer_id) ?? newTally();
    this.tallies.set(writer_id, tally);
    const time = Date.now() / 1000;
    tally.counts[report.state]++;
    tally.bytes += report.bytes;
    const { failure, output_file = null, rows, bytes, channels } = report;
    if (failure)
      tally.lastError = { time, request_id, code: failure.code, message: failure.message };
    if (report.state !== 'written') return;
    const first = channels.map((each) => each.first_pulse_id).filter((id) => id !== undefined);
    const last = channels.map((each) => each.last_pulse_id).filter((id) => id !== undefined);
    tally.lastFile = {
      time,
      request_id,
      output_file,
      first_pulse_id: smallest(first),
      last_pulse_id: largest(last),
      channels: channels.filter((each) => !each.failure).length,
      rows,
      bytes,
    };
  }

  /**
   * As GET /statistics has them, in the order in which they came.
   *
   * @param heldBy how many requests each holds
   */
  list(heldBy: ReadonlyMap<string, number>): WriterStatistics[] {
    return [...this.known].map(([writer_id, { since, lastSeen, presence }]) => {
      const { counts, bytes, lastError, lastFile } = this.tallies.get(writer_id) ?? newTally();
      const { version, host, pid, started, concurrency } = presence;
      return {
        writer_id,
        version,
        host,
        pid,
        started,
        connected_since: since,
        last_seen: lastSeen,
        concurrency,
        requests_under_way: heldBy.get(writer_id) ?? 0,
        requests_written: counts.written,
        requests_failed: counts.failed,
        requests_superseded: counts.superseded,
        bytes,
        last_error: lastError,
        last_file: lastFile,
      };
    });
  }
}

function newTally(): Tally {
  const counts = { written: 0, failed: 0, superseded: 0, skipped: 0 };
  return { counts, bytes: 0, lastError: null, lastFile: null };
}

function smallest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b));
}

function largest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b));
}
