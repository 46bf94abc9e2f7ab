import type { RowSink } from '../../rows/row-sink.js';
import type { Spool } from '../../rows/spool.js';
import { type Download, download } from '../http/download.js';
import type { Expected, ReplyResult } from '../reply-result.js';
import type { ReadingMemory } from './reading-memory.js';
import { ReplyReader } from './reply-reader.js';

/** A question in the data API's JSON protocol. */
export interface JsonQuery extends Download {
  readonly expected: Expected;
  /** For data that waits for its type; the caller closes it. */
  readonly spool: Spool;
  /** Nobody else uses it meanwhile. */
  readonly memory: ReadingMemory;
}

/**
 * Asks a data buffer and streams what it answers into the sink, in constant memory.
 *
 * @throws DataSourceError, or what the sink throws
 */
export async function queryJson(query: JsonQuery, sink: RowSink): Promise<ReplyResult> {
  const reader = new ReplyReader(query, sink);
  const question = { ...query, progress: () => reader.progress };
  await download(question, (chunk) => reader.push(chunk));
  return reader.end();
}
