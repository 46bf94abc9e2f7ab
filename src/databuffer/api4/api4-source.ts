import type { RowSink } from '../../rows/row-sink.js';
import type { DataSource, Question } from '../data-source.js';
import type { Connections } from '../http/connections.js';
import type { ReplyResult } from '../reply-result.js';

export interface Api4SourceOptions {
  /** Base of the data API, `http://host/api/4`. */
  readonly url: string;
  readonly connections: Connections;
  /** Downloads at once. */
  readonly channelsAtOnce: number;
}

/** Data API 4: one channel a request, framed CBOR. */
export class Api4Source implements DataSource {
  readonly url: string;

  constructor(options: Api4SourceOptions) {
    this.url = options.url;
  }

  read(_question: Question, _sink: RowSink): Promise<ReplyResult> {
    return Promise.reject(new Error('under construction'));
  }
}
