import type { RowSink } from '../../rows/row-sink.js';
import type { BlockMemory } from '../blocks/block-memory.js';
import type { DataSource, Question } from '../data-source.js';
import { type Download, download } from '../http/download.js';
import { endpointOf } from '../http/endpoint.js';
import type { ReplyResult } from '../reply-result.js';
import { mapPulses, withMargin } from './pulse-mapping.js';
import { BinaryReplyReader } from './reply-reader.js';
import { ensureComplete } from './request-status.js';
import { isoTime, type TimeRange, timeRangeOf } from '../time-range.js';

export interface BinarySourceOptions extends Pick<Download, 'limits' | 'connections'> {
  /** Base of the data API, with or without `/query`. */
  readonly url: string;
  /** Another one that can tell when pulses were, where the first can't. */
  readonly mappingUrl?: string;
  /** Used by nobody else while this source reads. */
  readonly memory?: BlockMemory;
}

/**
 * A data API that speaks the binary protocol.
 *
 * A range of pulse ids is mapped to times first; rows outside of it are left out.
 */
export class BinarySource implements DataSource {
  readonly url: string;

  constructor(private readonly options: BinarySourceOptions) {
    this.url = options.url;
  }

  async read(question: Question, sink: RowSink): Promise<ReplyResult> {
    const { url, mappingUrl, memory, ...server } = this.options;
    const { expected, signal, received, answered } = question;
    const options = { ...server, signal };
    const apis = mappingUrl === undefined ? [url] : [url, mappingUrl];
    const { start, end } = await timesOf(question, apis, options);
    const channels = question.channels.map(({ name }) => name);
    const range = { type: 'date', startDate: isoTime(start), endDate: isoTime(end) };
    const reader = new BinaryReplyReader(expected, sink, memory, question.spillBuffer);
    const headers = await download(
      {
        ...options,
        received,
        progress: () => reader.progress,
        url: endpointOf(url, '/query'),
        body: JSON.stringify({ channels, range }),
        accept: 'application/octet-stream',
      },
      (chunk) => reader.push(chunk),
    );
    answered?.(headers);
    const requestId = [headers['x-daqbuffer-request-id']].flat()[0];
    if (requestId !== undefined) await ensureComplete(url, requestId, options);
    return reader.end();
  }
}

/** The times to ask for: those of a range of pulses are wider by half a pulse at both ends. */
async function timesOf(
  { expected, times, query }: Question,
  apis: readonly string[],
  options: Parameters<typeof mapPulses>[2],
): Promise<TimeRange> {
  if (times && expected.range) return withMargin(times);
  return expected.range ? mapPulses(apis, expected.range, options) : timeRangeOf(query.range);
}
