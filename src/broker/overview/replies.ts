import type { EarlierStart } from '../../audit/abandoned-line.js';
import type { BrokerSettings } from '../../config/broker-settings.js';
import type { RequestHead } from '../../report/request-record.js';
import type { AcquisitionParameters } from '../../request/acquisition-parameters.js';
import type { Integer } from '../../request/integer.js';
import type { AcquisitionStatus } from '../acquisition/acquisition.js';
import type { StatusReply } from '../acquisition/replies.js';
import type { WriterStatistics } from '../delivery/writer-statistics.js';

/** The acquisition under way, in short. */
export interface AcquisitionOverview {
  /** @example 'receiving' */
  readonly status: AcquisitionStatus;
  /** Its id, which its write requests will carry. @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e' */
  readonly id?: string;
  /** @example '/sf/data/run_0001.h5' */
  readonly output_file?: string;
  /** Where the data is taken. @example 'SARES20' */
  readonly instrument?: string;
  /** For whom. @example 'p12345' */
  readonly user?: string;
  /** How many channels it asks for. @example 98 */
  readonly channels?: Integer;
  /** When its parameters came, seconds since the epoch. @example 1795511690.25 */
  readonly configured_at?: number;
  /** @example 1000 */
  readonly start_pulse_id?: Integer;
  /** When its start came, seconds since the epoch. @example 1795511700.25 */
  readonly started_at?: number;
  /** Starts that were replaced, oldest first. */
  readonly earlier_starts?: readonly EarlierStart[];
}

/** The acquisition under way, with all that was posted. */
export interface WholeAcquisition extends AcquisitionOverview {
  /** As they were posted; not there before they are. */
  readonly parameters?: AcquisitionParameters;
  /** Names of the channels to write. */
  readonly channel_names?: readonly string[];
}

export interface PresentAcquisitionReply extends StatusReply {
  readonly acquisition: WholeAcquisition;
}

/** The requests that are open, and those that heal. */
export interface QueueOfRequests {
  /** Not yet with a writer. */
  readonly waiting: Integer;
  readonly under_way: Integer;
  /** Failed, and tried again by themselves. */
  readonly healing: Integer;
  /** Age of the oldest open live request, in s; 0 without one. */
  readonly oldest_age: number;
}

/** Something that is wrong, or that somebody should look at. */
export interface HealthProblem {
  /** Its name in GET /health/ready. @example 'writers' */
  readonly check: string;
  /** @example 'degraded' */
  readonly status: 'degraded' | 'down';
  /** The problem, and what to do about it. @example 'no writer is connected' */
  readonly message: string;
}

/** A writer that reports, and what it is doing. */
export interface WriterOverview extends WriterStatistics {
  /**
   * Whether its heartbeats stopped without a goodbye. It is listed for ten minutes then, or until it is heard
   * again, and for as long as it may still be connected.
   */
  readonly silent: boolean;
  /** Of a silent one: requests that it held, and that are sent again. */
  readonly requests_lost?: Integer;
  /** The first requests that it holds, oldest first; `requests_under_way` says how many there are. */
  readonly jobs: readonly RequestHead[];
  /** Of the data that came to it in the last 10 s. @example 2500000 */
  readonly bytes_per_second: number;
}

/** Data that came over the last minutes, oldest first. */
export interface Throughput {
  /** Length of a step in s. @example 10 */
  readonly seconds: Integer;
  /** When the last step began, seconds since the epoch. @example 1795511700 */
  readonly end: number;
  /** Bytes of the data API's replies in each step. */
  readonly bytes: readonly Integer[];
  /** Files written in each step. */
  readonly files: readonly Integer[];
  /** Failed requests in each step. */
  readonly failed: readonly Integer[];
}

/** What a person wants to know of a broker at a glance. */
export interface Overview {
  /** When this was put together, seconds since the epoch, by the broker's clock. @example 1795511705.25 */
  readonly time: number;
  /** @example 'sf-daq-1' */
  readonly host: string;
  /** @example '0.1.0 (bd4fadc)' */
  readonly version: string;
  /** When the process started, seconds since the epoch. @example 1795511000 */
  readonly started: number;
  /** What the page at / offers. @example 'full' */
  readonly page: BrokerSettings['page'];
  /** Whether requests are recorded only, and not sent. */
  readonly audit_trail_only: boolean;
  /** Whether GET /channels has something to search. */
  readonly channel_search: boolean;
  readonly acquisition: AcquisitionOverview;
  readonly queue: QueueOfRequests;
  /** Empty where all is well. */
  readonly health: readonly HealthProblem[];
  readonly writers: readonly WriterOverview[];
  /** Connected writers that never said hello: original ones, or lost ones. */
  readonly silent_writers: Integer;
  readonly throughput: Throughput;
}

export interface OverviewReply extends StatusReply {
  readonly overview: Overview;
}
