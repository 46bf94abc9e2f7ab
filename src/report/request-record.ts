import type { ChannelCounts } from './channel-counts.js';
import type { Failure } from './failure.js';
import type { WriteReport } from './write-report.js';
import type { RequestState, WaitReason } from './request-state.js';

/** One change of a request's state. Times are seconds since the epoch. */
export interface HistoryEntry {
  readonly time: number;
  readonly state: RequestState;
  /** How often the request had been sent by then. */
  readonly attempt: number;
  readonly writer_id?: string;
  readonly failure?: Failure;
}

/** What lists of requests have of each. */
export interface RequestHead extends ChannelCounts {
  readonly request_id: string;
  readonly state: RequestState;
  /** When it came into this state. */
  readonly time: number;
  readonly accepted: number;
  /** Its place in the trail. */
  readonly sequence?: number;
  readonly attempt: number;
  readonly output_file?: string;
  readonly start_pulse_id?: number;
  readonly stop_pulse_id?: number;
  /** The request that this one acquires again. */
  readonly replay_of?: string;
  /** The SHA-256 of what was submitted, in base64, where a client submitted it. */
  readonly body_digest?: string;
  /** Why it is `recorded` though it was to be sent: `outcomes_lost`, until a start with `--recover_all`. */
  readonly withheld?: string;
  readonly writer_id?: string;
  /** Why it was sent, is named by no writer, and does not go out again yet. */
  readonly waits_for?: WaitReason;
  /** Why the last try of a writer, or in the end the request, came to nothing. */
  readonly failure?: Failure;
  /** Of the data that came so far, or in the end. */
  readonly bytes?: number;
  readonly rows?: number;
}

/** Everything that is known of a request. */
export interface RequestRecord extends RequestHead {
  readonly history: readonly HistoryEntry[];
  /** As the writer gave it. */
  readonly report?: WriteReport;
}
