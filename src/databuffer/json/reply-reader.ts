import type { RowSink } from '../../rows/row-sink.js';
import type { Spool } from '../../rows/spool.js';
import type { Expected, ReplyResult } from '../reply-result.js';

export interface ReplyReaderOptions {
  readonly expected: Expected;
  /** For data that waits for its type; the caller closes it. */
  readonly spool: Spool;
  /** Bytes of data that may wait in memory before the spool is used; 48 MB by default. */
  readonly memoryBudget?: number;
}

/** Reads a reply of the data API's JSON protocol from pieces of any size. */
export class ReplyReader {
  constructor(
    readonly options: ReplyReaderOptions,
    readonly sink: RowSink,
  ) {}

  /** Takes the next bytes; rows go to the sink meanwhile. @throws DataSourceError, or what the sink throws */
  push(_chunk: Uint8Array): void {
    throw new Error('under construction');
  }

  /** The reply is over. @throws TruncatedReply, EmptyReply, ServerError */
  end(): ReplyResult {
    throw new Error('under construction');
  }
}
