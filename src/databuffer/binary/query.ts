import type { RowSink } from '../../rows/row-sink.js';
import { type Download, download } from '../http/download.js';
import { endpointOf } from '../http/endpoint.js';
import type { Expected, ReplyResult } from '../reply-result.js';
import { mapPulses } from './pulse-mapping.js';
import { BinaryReplyReader } from './reply-reader.js';
import { ensureComplete } from './request-status.js';
import { isoTime, timeRangeOf } from './time-range.js';

/** A question in the data API's binary protocol. */
export interface BinaryQuery extends Pick<
  Download,
  'limits' | 'signal' | 'connections' | 'received'
> {
  /** Base of the data API, with or without `/query`. */
  readonly api: string;
  /** Another that can tell when pulses were, where the first can't. */
  readonly mappingApi?: string;
  /** Names to ask for. */
  readonly channels: readonly string[];
  /** The request's range where it is not by pulse ids: dates or seconds. */
  readonly range: unknown;
  readonly expected: Expected;
  /** For the first values of each channel, until it is known how they look. */
  readonly spillBuffer?: Uint8Array;
}

/**
 * Asks a data buffer and streams what it answers into the sink, in constant memory.
 *
 * A range of pulse ids is mapped to times first; rows outside of it are left out.
 *
 * @throws DataSourceError, or what the sink throws
 */
export async function queryBinary(query: BinaryQuery, sink: RowSink): Promise<ReplyResult> {
  const { api, mappingApi, channels, expected, limits, signal, connections } = query;
  const options = { limits, signal, connections };
  const apis = mappingApi === undefined ? [api] : [api, mappingApi];
  const { start, end } = expected.range
    ? await mapPulses(apis, expected.range, options)
    : timeRangeOf(query.range);
  const range = { type: 'date', startDate: isoTime(start), endDate: isoTime(end) };
  const reader = new BinaryReplyReader(expected, sink, query.spillBuffer);
  const headers = await download(
    {
      ...options,
      received: query.received,
      progress: () => reader.progress,
      url: endpointOf(api, '/query'),
      body: JSON.stringify({ channels, range }),
      accept: 'application/octet-stream',
    },
    (chunk) => reader.push(chunk),
  );
  const requestId = [headers['x-daqbuffer-request-id']].flat()[0];
  if (requestId !== undefined) await ensureComplete(api, requestId, options);
  return reader.end();
}
