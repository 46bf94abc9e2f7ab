import type { RequestState } from '../../../report/request-state.js';
import type { Integer } from '../../../request/integer.js';
import type { NotWritten } from '../../../runs/retrieval.js';
import type { RunLayout } from '../../../runs/run-layout.js';
import type { StatusReply } from '../../acquisition/replies.js';
import type { ServedPgroup } from '../retrieval/retrieval-line.js';

/** A run of a pgroup as lists have it. */
export interface RunHead {
  /** @example 'p12345' */
  readonly pgroup: string;
  /** @example 'alvra' */
  readonly beamline: string;
  /** @example 7 */
  readonly run_number: Integer;
  /** `run`: its files lie in a folder of its own; `flat`: beside those of other runs. @example 'run' */
  readonly layout: RunLayout;
  /** The folder of the run; in the flat layout its JSON file. @example '/sf/alvra/data/p12345/raw/run0007' */
  readonly path: string;
  /** The `user_tag` of its newest acquisition, else what its folder's name ends with. @example null */
  readonly tag: string | null;
  /** How many acquisitions it has: steps of a scan. @example 3 */
  readonly acquisitions: Integer;
  /** When its newest acquisition was asked for, in the broker's local time. @example '2026-11-30 18:30:00.250000' */
  readonly request_time: string | null;
}

export interface RunsReply extends StatusReply {
  /** Highest number first. */
  readonly runs: readonly RunHead[];
  /** Give this as `before` for the next page; null on the last one. @example null */
  readonly next: Integer | null;
  /** Where no pgroup was named: those that this broker has served, newest first. */
  readonly pgroups?: readonly ServedPgroup[];
}

/**
 * Where a file of a run stands: as the newest request for it does, where the broker knows one. Else as it is
 * on disk: `there`; `failed`, there is an .err file instead; `not_there`.
 */
export type RunFileState = RequestState | 'there' | 'not_there';

/** A file of an acquisition. */
export interface RunFile {
  /** @example '/sf/alvra/data/p12345/raw/run0007/data/acq0001.BSDATA.h5' */
  readonly output_file: string;
  /** What the name says that is in it; a detector's name for what detectors write. @example 'BSDATA' */
  readonly kind: string;
  /** Of the newest request for this file; null where none is known, as others write it. @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e' */
  readonly request_id: string | null;
  /** @example 'written' */
  readonly state: RunFileState;
  /** Whether nothing more becomes of it. What others write, the broker does not wait for. @example true */
  readonly settled: boolean;
  /** Whether all that was asked for is in it; null where that is not known. @example true */
  readonly complete: boolean | null;
  /** All channels together; null where that is not known. @example 300 */
  readonly rows: Integer | null;
  /** @example 1 */
  readonly channels_asked: Integer | null;
  /** Those of them that are in the file; null where that is not known. @example 1 */
  readonly channels_written: Integer | null;
  /** Channels asked for that are not in the file. @example [] */
  readonly missing_channels: readonly string[];
  /** Why it failed, or is not there. @example null */
  readonly message: string | null;
  /** When the request is tried again by itself at the latest, seconds since the epoch. */
  readonly next_attempt?: number;
}

/** An acquisition of a run: a step of a scan. */
export interface RunAcquisition {
  /** In the run. @example 1 */
  readonly acquisition_number: Integer;
  /** In the pgroup; null where the run's metadata has none. @example 42 */
  readonly unique_acquisition_number: Integer | null;
  /** In the broker's local time. @example '2026-11-30 18:30:00.250000' */
  readonly request_time: string | null;
  /** As it was asked for. @example 1000 */
  readonly start_pulse_id: Integer;
  /** @example 1299 */
  readonly stop_pulse_id: Integer;
  /** Only every so many pulses were asked for. @example 1 */
  readonly rate_multiplicator: Integer;
  /** @example null */
  readonly user_tag: string | null;
  readonly files: readonly RunFile[];
  /** What was asked for and nobody was there to write. @example {} */
  readonly not_written: NotWritten;
}

/** Metadata of an acquisition that can't be understood. */
export interface UnreadableMetadata {
  readonly file: string;
  readonly problem: string;
}

/** All that is known of a run. */
export interface Run extends RunHead {
  /** Whether nothing more becomes of its files, but for those that others write. @example true */
  readonly settled: boolean;
  /**
   * Whether all that was asked for is there, also what nobody was there to write; false until it is settled.
   * Null where nothing is missing as far as that is known, and files are there of which it is not known.
   *
   * @example true
   */
  readonly complete: boolean | null;
  /** Whether the pgroup is closed for writing. @example false */
  readonly closed: boolean;
  /** In the order of their numbers. */
  readonly acquisitions_list: readonly RunAcquisition[];
  /** Metadata that can't be understood: what was acquired by it is not in the list. @example [] */
  readonly unreadable: readonly UnreadableMetadata[];
}

export interface RunReply extends StatusReply {
  readonly run: Run;
}

export interface RunWaitReply extends StatusReply {
  /** False where the time was up first. @example true */
  readonly settled: boolean;
  readonly run: Run;
}
