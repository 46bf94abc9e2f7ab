import { REPLY_FIELDS } from '../../request/write-request.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import type { DataSource, Question } from '../data-source.js';
import { type Download, download } from '../http/download.js';
import type { ReplyResult } from '../reply-result.js';
import type { ReadingMemory } from './reading-memory.js';
import { ReplyReader } from './reply-reader.js';

export interface JsonSourceOptions extends Pick<Download, 'url' | 'limits' | 'connections'> {
  /** Used by nobody else while this source reads. */
  readonly memory: ReadingMemory;
}

/** A data API that speaks the JSON protocol. */
export class JsonSource implements DataSource {
  readonly url: string;

  constructor(private readonly options: JsonSourceOptions) {
    this.url = options.url;
  }

  async read(question: Question, sink: RowSink): Promise<ReplyResult> {
    const { memory, ...server } = this.options;
    const { expected, signal, received, answered } = question;
    const spool = new Spool(question.spoolPath, question.spillBuffer);
    try {
      const reader = new ReplyReader({ expected, spool, memory }, sink);
      const progress = () => reader.progress;
      const query = { ...server, body: bodyOf(question), signal, received, progress };
      const headers = await download(query, (chunk) => reader.push(chunk));
      answered?.(headers);
      return reader.end();
    } finally {
      spool.close();
    }
  }
}

function bodyOf({ query, channels }: Question): string {
  const { eventFields, configFields } = REPLY_FIELDS;
  // A server may send no types unless they are asked for. `fields` is another name for `eventFields`.
  const missing = query.fields === undefined ? { eventFields, configFields } : { configFields };
  return JSON.stringify({ ...missing, ...query, channels });
}
