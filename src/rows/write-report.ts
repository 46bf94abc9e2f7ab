import type { ChannelReport } from './channel-report.js';

/** What a writer answers for in the end: a whole file, none, or none because none was wanted. */
export type WriteState = 'written' | 'failed' | 'skipped';

/** Why something came to nothing: a stable word for programs, a sentence for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What became of a write request. Plain data: it goes through threads, sockets and logs. */
export interface WriteReport {
  /** Undefined for a request of an implementation that gives none. */
  readonly request_id?: string;
  /** `skipped`: everything was done but writing the file, as `/dev/null` asks for. */
  readonly state: WriteState;
  /** Absolute where it could be resolved, else as the request names it; undefined if it names none. */
  readonly output_file?: string;
  /** Where the request was left when it failed. */
  readonly error_file?: string;
  /** Attempts that were begun; 0 where the request could not even be tried. */
  readonly attempts: number;
  /** Every channel that was asked for or came, those that failed or are missing included. */
  readonly channels: readonly ChannelReport[];
  /** Names that came without having been asked for; they are in the file. */
  readonly not_requested: readonly string[];
  /** Bytes of the reply. */
  readonly bytes: number;
  /** Rows in the file, all channels together. */
  readonly rows: number;
  /** Of the attempt that settled it, from asking for data to the file under its name. */
  readonly seconds: number;
  /** Set when `state` is `failed`. */
  readonly failure?: Failure;
}
