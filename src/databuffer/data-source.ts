import type { Channel } from '../request/channel.js';
import type { RowSink } from '../rows/row-sink.js';
import type { ReplyHeaders } from './http/reply-handler.js';
import type { Expected, ReplyResult } from './reply-result.js';
import type { TimeRange } from './time-range.js';

/** Asks one backend for data. One question is read at a time. */
export interface DataSource {
  /** Its data API, as settings name it. */
  readonly url: string;

  /**
   * Asks for some channels of a request and streams their rows into the sink, in constant memory: a
   * channel after another, in the order asked for where the source has a choice. A source that has
   * several channels under way at once puts `InterleavedChannels` in front of the sink.
   *
   * A channel that can't be stored is named in the result, and the others go on.
   *
   * @throws DataSourceError; whatever the sink throws, unless it is a ChannelFailure; the signal's reason
   */
  read(question: Question, sink: RowSink): Promise<ReplyResult>;
}

/** One question to a data source. */
export interface Question {
  /** The part that this source is asked for; at least one channel. */
  readonly channels: readonly Channel[];
  /** The whole request, of which other sources may have a part: replies are checked against it. */
  readonly expected: Expected;
  /** The request's query as it came, e.g. with a `range` by dates or seconds where there are no pulse ids. */
  readonly query: Readonly<Record<string, unknown>>;
  /**
   * Times of the asked pulses, from that of the first to before that of the pulse behind the last, where they were
   * mapped for all sources of a request; without them a source maps pulses itself.
   */
  readonly times?: TimeRange;
  /** Data may still come, and is worth waiting for; a replay doesn't wait. */
  readonly hope?: Hope;
  /** Memory for rows that have to wait. Rows that find no room in it wait in a file. */
  readonly spillBuffer: Uint8Array;
  /** A file name that nobody else uses, for the rows that wait there. */
  readonly spoolPath: string;
  readonly signal: AbortSignal;
  /** Is told the size of each piece of a reply as it comes. */
  readonly received?: (bytes: number) => void;
  /** Is told the headers of a reply that was read to its end. */
  readonly answered?: (headers: ReplyHeaders) => void;
}

/** How long a question may wait for data that is not there yet. */
export interface Hope {
  /** Seconds that are left; 0 when it is given up. */
  readonly left: () => number;
  /** Waits for some seconds. @throws the signal's reason */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
}
