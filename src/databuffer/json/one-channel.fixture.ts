import type { ChannelReport } from '../../report/channel-report.js';
import { type ReadReplyOptions, readReply, RecordingSink } from './recording-sink.fixture.js';

/** A reply of one channel; `data` is the JSON text of its points. */
export function oneChannelReply(config: string, data: string, name = 'A'): string {
  return `[{"data":[${data}],"configs":[${config}],"channel":{"name":${JSON.stringify(name)}}}]`;
}

/** Points with these values, as JSON writes them, and pulse ids from 1 on. */
export function points(...values: string[]): string {
  return values
    .map(
      (value, i) => `{"pulseId":${i + 1},"value":${value},"globalDate":"1970-01-01T00:00:0${i}Z"}`,
    )
    .join();
}

/** The outcome of a reply's only channel. */
export interface Read {
  sink: RecordingSink;
  report: ChannelReport;
  rows: { present: number[]; values: (number | bigint | string)[] };
}

/** Reads a reply of one channel. */
export function read(text: string, options?: ReadReplyOptions): Read {
  const sink = new RecordingSink();
  const result = readReply(text, sink, { expected: { channels: ['A'] }, ...options });
  const [channel] = sink.channels;
  return {
    sink,
    report: result.channels[0],
    rows: {
      present: channel?.rows.map(({ present }) => present) ?? [],
      values: channel?.rows.flatMap(({ value }) => value) ?? [],
    },
  };
}

/** Configs of a channel, as JSON. */
export const scalar = (type: string): string => `{"type":"${type}","shape":[1]}`;
export const wave = (type: string): string => `{"type":"${type}","shape":[3]}`;

/** Counts by code. */
export function codes({ problems }: ChannelReport): Record<string, number> {
  return Object.fromEntries(problems.map(({ code, count }) => [code, count]));
}
