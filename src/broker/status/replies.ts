import type { LogLevel } from '../../config/common-settings.js';
import type { Integer } from '../../request/integer.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { ChannelListState } from '../acquisition/channel-list-state.js';
import type { StatusReply } from '../acquisition/replies.js';
import type { WriterStatistics } from '../delivery/writer-statistics.js';

/** Counts since the broker started. */
export interface BrokerStatistics {
  /** Acquisitions, however many requests each became. */
  readonly n_processed_requests: Integer;
  /** Local time, YYYYMMDD-HHMMSS. @pattern ^\d{8}-\d{6}$ @example '20261124-101112' */
  readonly process_startup_time: string;
  readonly last_sent_write_request: WriteRequest | null;
  /** @pattern ^\d{8}-\d{6}$ @example '20261124-101500' */
  readonly last_sent_write_request_time: string | null;
  /** Write requests in the audit trail. */
  readonly requests_recorded: Integer;
  /** Recorded, and waiting for a writer. */
  readonly requests_queued: Integer;
  /** Handed over for a writer, and not settled. */
  readonly requests_under_way: Integer;
  /** Of those under way: named by no writer, and waiting to be sent again. */
  readonly requests_unnamed: Integer;
  /** Failed, and tried again by themselves; not among those above. */
  readonly requests_healing: Integer;
  /** Handed over for a writer, repeats included. */
  readonly requests_sent: Integer;
  /** Attempts to hand over that failed. */
  readonly send_failures: Integer;
  /** Notes of states that the disk has not taken; they are tried again each second. */
  readonly outcomes_waiting: Integer;
  /** Connections to the output port. */
  readonly writers_connected: Integer;
  /** Connections of writers that were refused for their address or their key. */
  readonly peers_refused: Integer;
  /** The writers that report. */
  readonly writers: readonly WriterStatistics[];
  readonly epics_notifications_sent: Integer;
  readonly epics_notifications_failed: Integer;
  /** Calls answered with an error. */
  readonly calls_failed: Integer;
  /** Null where no channel list is configured. */
  readonly channel_list: ChannelListState | null;
  /** @example '/var/log/sf_databuffer_audit.log' */
  readonly audit_file: string;
  /** Whether requests are recorded only, and not sent. */
  readonly audit_trail_only: boolean;
}

export interface StatisticsReply extends StatusReply {
  readonly statistics: BrokerStatistics;
}

export interface LogLevelReply extends StatusReply {
  /** The least severe level that is logged. */
  readonly log_level: LogLevel;
}
