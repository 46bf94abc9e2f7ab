import type { PulseMap } from '../../databuffer/api4/pulse-map.js';
import type { DataSource, Question } from '../../databuffer/data-source.js';
import { failedAt, HttpFailure, MalformedReply } from '../../databuffer/errors.js';
import { mergeReports } from '../../databuffer/merge-reports.js';
import type { Expected, ReplyResult } from '../../databuffer/reply-result.js';
import type { TimeRange } from '../../databuffer/time-range.js';
import { type Channel, isImageChannel } from '../../request/channel.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { RowSink } from '../../rows/row-sink.js';
import { cameraWithoutApi } from './channel-reports.js';

/** Who is asked for data. */
export interface Sources {
  readonly data: DataSource;
  /** For the channels of the image buffer; without it `data` is asked for them as well. */
  readonly images?: DataSource;
  /** `data` has no cameras: without `images` their channels fail, and nobody is asked for them. */
  readonly withoutCameras?: boolean;
  /** Tells all sources when the pulses of a request were; without it each source finds out by itself. */
  readonly mapping?: Pick<PulseMap, 'timesOf'>;
}

const BASE_HINT = 'for api4, --data_api_url is a base URL like http://host/api/4';
const PROTOCOL_HINT =
  'this is a URL of data API 4: set --data_api_protocol api4, with a base URL like http://host/api/4';
const CAMERA_HINT =
  'data API 4 has no cameras: --image_api_url is a base URL like http://host/api/1';
const NOT_IMPLEMENTED = 501;
const NOTHING: ReplyResult = { channels: [], missing: [], notRequested: [], bytes: 0, rows: 0 };

/**
 * Asks for a request's data, each backend for its own channels, and puts all of it into the same sink.
 *
 * @throws DataSourceError as soon as one part fails; whatever the sink throws
 */
export async function askForData(
  request: Pick<ParsedWriteRequest, 'channels' | 'pulseRange' | 'query'>,
  sources: Sources,
  reading: Omit<Question, 'channels' | 'expected' | 'query' | 'times'>,
  sink: RowSink,
): Promise<ReplyResult> {
  const { query } = request;
  const { parts, unserved } = partsOf(request.channels, sources);
  // Servers reply with what they have: each reply is checked against the whole request.
  const expected: Expected = {
    channels: request.channels.map(({ name }) => name),
    range: request.pulseRange,
  };
  const times = parts.length > 0 ? await timesOf(request, sources, reading.signal) : undefined;
  const replies: ReplyResult[] = [];
  for (const [source, channels] of parts) {
    try {
      replies.push(await source.read({ ...reading, channels, expected, query, times }, sink));
    } catch (error) {
      throw failedAt(source.url, withHintOf(source, sources, error));
    }
  }
  const refused = { ...NOTHING, channels: unserved.map(cameraWithoutApi) };
  return [...replies, ...(unserved.length > 0 ? [refused] : [])].reduce(joined);
}

/** When the asked pulses were, by the backend that has them; undefined where each source finds out by itself. */
async function timesOf(
  { channels, pulseRange }: Pick<ParsedWriteRequest, 'channels' | 'pulseRange'>,
  { data, mapping }: Sources,
  signal: AbortSignal,
): Promise<TimeRange | undefined> {
  if (!mapping || !pulseRange) return undefined;
  const backend = channels.find((channel) => !isImageChannel(channel))?.backend ?? 'sf-databuffer';
  try {
    return await mapping.timesOf(pulseRange, backend, signal);
  } catch (error) {
    throw failedAt(data.url, withHint(data.url, error));
  }
}

/** The same error, with a hint where another protocol was asked for at the place of data API 4. */
function withHintOf(source: DataSource, { images, mapping }: Sources, error: unknown): unknown {
  if (!isRefusal(error) || !/\/api\/4(\/|$)/.test(new URL(source.url).pathname)) return error;
  if (source === images) error.message += `; ${CAMERA_HINT}`;
  else if (!mapping) error.message += `; ${PROTOCOL_HINT}`;
  return error;
}

/** Servers that do not know a method at all, such as Python's, answer 501. */
function isRefusal(error: unknown): error is HttpFailure {
  return error instanceof HttpFailure && (!error.transient || error.status === NOT_IMPLEMENTED);
}

/** The same error, with a hint where a server answers that seems to be none of data API 4. */
function withHint(url: string, error: unknown): unknown {
  if (!isRefusal(error) && !(error instanceof MalformedReply)) return error;
  const looksRight = /\/api\/4\/?$/.test(new URL(url).pathname);
  if (!looksRight) error.message += `; ${BASE_HINT}`;
  return error;
}

interface Parts {
  readonly parts: readonly (readonly [DataSource, readonly Channel[]])[];
  /** Names of cameras that nobody has. */
  readonly unserved: readonly string[];
}

function partsOf(
  channels: readonly Channel[],
  { data, images, withoutCameras = false }: Sources,
): Parts {
  if (images === undefined && !withoutCameras) return { parts: [[data, channels]], unserved: [] };
  const cameras = channels.filter(isImageChannel);
  const others = channels.filter((channel) => !isImageChannel(channel));
  const all = [[data, others] as const, ...(images ? [[images, cameras] as const] : [])];
  return {
    parts: all.filter(([, own]) => own.length > 0),
    unserved: images ? [] : [...new Set(cameras.map(({ name }) => name))],
  };
}

function joined(first: ReplyResult, second: ReplyResult): ReplyResult {
  const channels = mergeReports([...first.channels, ...second.channels]);
  const came = new Set(channels.map(({ name }) => name));
  return {
    channels,
    missing: [...new Set([...first.missing, ...second.missing])].filter((name) => !came.has(name)),
    notRequested: [...new Set([...first.notRequested, ...second.notRequested])],
    bytes: first.bytes + second.bytes,
    rows: first.rows + second.rows,
    complete: new Set([...(first.complete ?? []), ...(second.complete ?? [])]),
    descriptions: new Map([...(first.descriptions ?? []), ...(second.descriptions ?? [])]),
  };
}
