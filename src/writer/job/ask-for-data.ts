import type { DataSource, Question } from '../../databuffer/data-source.js';
import { failedAt } from '../../databuffer/errors.js';
import { mergeReports } from '../../databuffer/merge-reports.js';
import type { Expected, ReplyResult } from '../../databuffer/reply-result.js';
import { type Channel, isImageChannel } from '../../request/channel.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { RowSink } from '../../rows/row-sink.js';

/** Who is asked for data. */
export interface Sources {
  readonly data: DataSource;
  /** For the channels of the image buffer; without it `data` is asked for them as well. */
  readonly images?: DataSource;
}

/**
 * Asks for a request's data, each backend for its own channels, and puts all of it into the same sink.
 *
 * @throws DataSourceError as soon as one part fails; whatever the sink throws
 */
export async function askForData(
  request: Pick<ParsedWriteRequest, 'channels' | 'pulseRange' | 'query'>,
  sources: Sources,
  reading: Omit<Question, 'channels' | 'expected' | 'query'>,
  sink: RowSink,
): Promise<ReplyResult> {
  const { query } = request;
  // Servers reply with what they have: each reply is checked against the whole request.
  const expected: Expected = {
    channels: request.channels.map(({ name }) => name),
    range: request.pulseRange,
  };
  const replies: ReplyResult[] = [];
  for (const [source, channels] of partsOf(request.channels, sources)) {
    try {
      replies.push(await source.read({ ...reading, channels, expected, query }, sink));
    } catch (error) {
      throw failedAt(source.url, error);
    }
  }
  return joined(replies);
}

function partsOf(
  channels: readonly Channel[],
  { data, images }: Sources,
): (readonly [DataSource, readonly Channel[]])[] {
  if (images === undefined) return [[data, channels]];
  const parts = [
    [data, channels.filter((channel) => !isImageChannel(channel))],
    [images, channels.filter(isImageChannel)],
  ] as const;
  return parts.filter(([, own]) => own.length > 0);
}

function joined(replies: readonly ReplyResult[]): ReplyResult {
  const [first, ...others] = replies;
  return others.reduce(
    (all, reply) => ({
      channels: mergeReports([...all.channels, ...reply.channels]),
      missing: all.missing.filter((name) => reply.missing.includes(name)),
      notRequested: [...new Set([...all.notRequested, ...reply.notRequested])],
      bytes: all.bytes + reply.bytes,
      rows: all.rows + reply.rows,
    }),
    first,
  );
}
