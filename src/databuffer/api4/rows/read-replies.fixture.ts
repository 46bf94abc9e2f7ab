import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spool } from '../../../rows/spool.js';
import type { ChannelReport } from '../../../report/channel-report.js';
import { InterleavedChannels } from '../../interleaved-channels.js';
import { RecordingSink, type RecordedChannel } from '../../json/recording-sink.fixture.js';
import { Api4Memory } from '../cbor/api4-memory.js';
import { ChannelReader, type ReadingContext, type ReplyEnd } from './channel-reader.js';

export const CHANNEL = { name: 'CH', backend: 'sf-databuffer' };
/** One for all: nobody reads two replies at a time. */
export const MEMORY = new Api4Memory();

/** Means to read with, and where the rows go. */
export function readingContext(
  context: Partial<ReadingContext> = {},
  channels: readonly string[] = [CHANNEL.name],
): { context: ReadingContext; recorded: RecordingSink; spool: Spool } {
  const recorded = new RecordingSink();
  const spool = new Spool(join(tmpdir(), `spool-${randomUUID()}`), new Uint8Array(1024 * 1024));
  const sink = new InterleavedChannels(recorded, channels, spool);
  return {
    recorded,
    spool,
    context: {
      sink,
      range: undefined,
      times: { start: 0n, end: 2n ** 63n },
      memory: MEMORY,
      spoolPath: join(tmpdir(), `frames-${randomUUID()}`),
      ...context,
    },
  };
}

export interface ReadResult {
  readonly channel: RecordedChannel | undefined;
  readonly report: ChannelReport;
  readonly ends: readonly ReplyEnd[];
}

/** Reads replies for one channel, each in the given pieces. */
export function readReplies(
  replies: readonly (readonly Uint8Array[])[],
  options: Partial<ReadingContext> = {},
): ReadResult {
  const { context, recorded } = readingContext(options);
  const reader = new ChannelReader(CHANNEL, context);
  try {
    const ends = replies.map((pieces) => {
      reader.begin();
      for (const piece of pieces) reader.push(piece);
      return reader.end();
    });
    const report = reader.finish();
    return { channel: recorded.channels[0], report, ends };
  } finally {
    reader.abandon();
  }
}

/** Values of the rows, scalars as such. */
export function valuesOf({ channel }: ReadResult): unknown[] {
  return (channel?.rows ?? []).map(({ value }) => (value.length === 1 ? value[0] : value));
}
