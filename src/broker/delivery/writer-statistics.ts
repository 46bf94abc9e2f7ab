import type { Integer } from '../../request/integer.js';
import type { Failure } from '../../report/failure.js';

/** The last failure of a writer. */
export interface WriterError extends Failure {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly request_id: string;
}

/** The last file that a writer wrote. */
export interface WrittenFile {
  /** Seconds since the epoch. @example 1795511701.5 */
  readonly time: number;
  /** @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e' */
  readonly request_id: string;
  /** @example '/sf/data/run_0001.h5' */
  readonly output_file: string | null;
  /** Null for a file without rows. @example 1000 */
  readonly first_pulse_id: Integer | null;
  /** @example 1299 */
  readonly last_pulse_id: Integer | null;
  /** Channels in the file. @example 1 */
  readonly channels: Integer;
  /** Rows in the file, all channels together. @example 300 */
  readonly rows: Integer;
  /** Bytes of the data API's reply. @example 48213 */
  readonly bytes: Integer;
}

/** A writer that reports. Counts are since it came to this broker. */
export interface WriterStatistics {
  /** Unique for each start of a writer. @example '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55' */
  readonly writer_id: string;
  /** @example '0.1.0' */
  readonly version: string;
  /** @example 'sf-writer-1' */
  readonly host: string;
  /** @example 4242 */
  readonly pid: Integer;
  /** When it started, seconds since the epoch. @example 1795511000.5 */
  readonly started: number;
  /** Seconds since the epoch. @example 1795511001 */
  readonly connected_since: number;
  /** Seconds since the epoch. @example 1795511705.25 */
  readonly last_seen: number;
  /** Requests that it carries out at once. @example 2 */
  readonly concurrency: Integer;
  /**
   * Whether it heeds how a request is to be carried out, and gives back what it can't begin. Writers of
   * releases before don't. @example true
   */
  readonly heeds_handling: boolean;
  /** Whether it gets nothing more for now, as it failed at what others can do. @example false */
  readonly quarantined: boolean;
  /** What it can't do at present, as its own probes say: the first of it. @example null */
  readonly unable: string | null;
  /** Requests that it holds. */
  readonly requests_under_way: Integer;
  /** @example 1 */
  readonly requests_written: Integer;
  readonly requests_failed: Integer;
  readonly requests_superseded: Integer;
  /** Bytes of the data API's replies. @example 48213 */
  readonly bytes: Integer;
  /** @example null */
  readonly last_error: WriterError | null;
  readonly last_file: WrittenFile | null;
}
