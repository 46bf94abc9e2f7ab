import type { Integer } from '../request/integer.js';
import type { Lane } from '../request/lane.js';
import type { ChannelCounts, IncompleteChannel } from './channel-counts.js';
import type { Failure } from './failure.js';
import type { WriteReport } from './write-report.js';
import type { RequestState, WaitReason } from './request-state.js';

/** One change of a request's state. */
export interface HistoryEntry {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly state: RequestState;
  /** How often the request had been sent by then. */
  readonly attempt: Integer;
  /** The writer that said so. */
  readonly writer_id?: string;
  readonly failure?: Failure;
}

/** Where a request stands. */
export interface RequestHead extends ChannelCounts {
  /** @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e' */
  readonly request_id: string;
  /** @example 'written' */
  readonly state: RequestState;
  /** When it came into this state, seconds since the epoch. @example 1795511701.5 */
  readonly time: number;
  /** When it was made, seconds since the epoch. @example 1795511700.25 */
  readonly accepted: number;
  /** Its place in the trail: higher than that of all recorded before. @example 1 */
  readonly sequence?: Integer;
  /** How often it has been sent. @example 1 */
  readonly attempt: Integer;
  /** @example '/sf/data/run_0001.h5' */
  readonly output_file?: string;
  /** @example 1000 */
  readonly start_pulse_id?: Integer;
  /** @example 1299 */
  readonly stop_pulse_id?: Integer;
  /** The request that this one acquires again. */
  readonly replay_of?: string;
  /** The SHA-256 of what was submitted, in base64, where a client submitted it. */
  readonly body_digest?: string;
  /** Why it is `recorded` though it was to be sent: `outcomes_lost`, until a start with `--recover_all`. */
  readonly withheld?: string;
  /** @example '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55' */
  readonly writer_id?: string;
  /** Which requests go first. @example 'live' */
  readonly lane?: Lane;
  /**
   * When it is tried again by itself, seconds since the epoch, at the latest: it failed, and the cause can
   * pass. Whoever waits for it need not wait longer.
   */
  readonly next_attempt?: number;
  /** When it failed for the first time, seconds since the epoch, if it was tried again then. */
  readonly first_failed?: number;
  /** How often it has failed, if it was tried again by itself. */
  readonly failures?: Integer;
  /** How often writers died while they wrote it. */
  readonly deaths?: Integer;
  /** Whether it was cancelled: then it is `recorded` for good. */
  readonly cancelled?: boolean;
  /** Why no error file could be left for it. */
  readonly no_error_file?: string;
  /** Writers that made no progress with it for `--stall_after`. */
  readonly stalled_at?: readonly string[];
  /** Why it waits to be sent, or to be sent again. */
  readonly waits_for?: WaitReason;
  /** Why the last try of a writer, or in the end the request, came to nothing. */
  readonly failure?: Failure;
  /** Of the data that came so far, or in the end. @example 48213 */
  readonly bytes?: Integer;
  /** Of the data that came so far, or in the end, all channels together. @example 300 */
  readonly rows?: Integer;
  /** Size of the file that was written, where its writer says so. @example 31245 */
  readonly file_bytes?: Integer;
  /**
   * Of the attempt that settled it, from asking for data to the file under its name.
   *
   * @example 0.52
   */
  readonly seconds?: number;
  /** The first channels that are not, or not wholly, in the file; the counts say how many there are. */
  readonly incomplete_channels?: readonly IncompleteChannel[];
}

/** Everything that is known of a request. */
export interface RequestRecord extends RequestHead {
  /**
   * Oldest first.
   *
   * @example [
   *   { time: 1795511700.26, state: 'queued', attempt: 0 },
   *   { time: 1795511700.27, state: 'sent', attempt: 1 },
   *   { time: 1795511701.5, state: 'written', attempt: 1 },
   * ]
   */
  readonly history: readonly HistoryEntry[];
  /** As the writer gave it. */
  readonly report?: WriteReport;
}
