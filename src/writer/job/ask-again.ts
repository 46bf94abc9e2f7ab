import { DataSourceError, EmptyReply, UnmappedPulses } from '../../databuffer/errors.js';
import { mergeReports } from '../../databuffer/merge-reports.js';
import type { ReplyResult } from '../../databuffer/reply-result.js';
import { errorText } from '../../logging/error-text.js';
import type { Channel } from '../../request/channel.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import type { ChannelReport, Problem } from '../../report/channel-report.js';
import type { RowSink } from '../../rows/row-sink.js';
import type { pause } from '../pause.js';
import { monotonicSeconds } from '../request-age.js';
import type { CountingSink } from './counting-sink.js';
import type { LateData } from './job.js';
import { type LateChannel, lateChannels } from './late-channels.js';
import { LaterRows } from './later-rows.js';

/** Nothing more comes when no channel's end has moved for so long, and none lags behind another. */
const SETTLED_S = 5;
/** Questions a round at most: channels of different rates end at different pulses. */
const MAX_QUESTIONS = 20;
/** Times that the one question is put again which is owed when the time is up. */
const MAX_FAULTS = 3;
/** A second answer's problem codes for rows that nobody asked for. */
const NOT_OF_INTEREST = new Set(['not_requested', 'outside_range', 'outside_range_dropped']);

/** Rows came that are of another type or shape than those before. */
const REPEATED_CHANNEL = 'repeated_channel';

export interface AskAgainTools {
  readonly counter: CountingSink;
  readonly signal: AbortSignal;
  /** Asks for a request's data. */
  readonly ask: (request: ParsedWriteRequest, sink: RowSink) => Promise<ReplyResult>;
  /** Hears why it could not be asked. */
  readonly warn: (text: string) => void;
  /** Waits until data may be there; throws the signal's reason. */
  readonly wait: typeof pause;
}

/**
 * Asks again for rows that are missing at the end of the asked range, as data comes late: at once, then
 * after 1, 2, 4 … s, only for those channels and pulses. Whoever fails to answer then takes nothing
 * away of what is there.
 *
 * @param reply the first answer
 * @returns all answers together
 * @throws what the sink throws, or the signal's reason
 */
export async function askAgain(
  request: ParsedWriteRequest,
  range: PulseRange,
  { until, atLeastOnce }: LateData,
  reply: ReplyResult,
  tools: AskAgainTools,
): Promise<ReplyResult> {
  let all = reply;
  let moved = monotonicSeconds();
  let owed = atLeastOnce;
  let failure: DataSourceError | undefined;
  for (let tries = 0; ; tries++) {
    const late = lateChannels(request, range, all, tools.counter);
    if (late.length === 0) return all;
    const now = monotonicSeconds();
    const settled = late.some(({ lags }) => lags) ? Infinity : moved + SETTLED_S;
    const end = Math.min(until, settled);
    if (!owed && now >= end) break;
    tools.signal.throwIfAborted();
    const wait = tries === 0 ? 0 : 2 ** (tries - 1);
    if (wait > 0) await tools.wait(now < end ? Math.min(wait, end - now) : wait, tools.signal);
    const before = all.rows;
    ({ all, failure } = await askRound(request, range, late, all, tools));
    // A server that fails says nothing of what is to come.
    if (failure || all.rows > before) moved = monotonicSeconds();
    if (failure && !failure.transient) break;
    owed &&= failure !== undefined && tries < MAX_FAULTS;
  }
  if (failure) tools.warn(`late data could not be asked for: ${errorText(failure)}`);
  return all;
}

/** Asks once for all that is missing, channels that lack the same pulses together. */
async function askRound(
  request: ParsedWriteRequest,
  range: PulseRange,
  late: readonly LateChannel[],
  before: ReplyResult,
  { ask, counter }: AskAgainTools,
): Promise<{ all: ReplyResult; failure: DataSourceError | undefined }> {
  const wanted = new Map(late.map(({ channel, from }) => [channel.name, from]));
  const sink = new LaterRows(counter, wanted);
  let all = before;
  let failure: DataSourceError | undefined;
  for (const { channels, from } of questionsFor(late)) {
    const pulseRange = { startPulseId: from, endPulseId: range.endPulseId };
    const query = {
      ...request.query,
      range: { ...(request.query.range as object), ...pulseRange },
    };
    try {
      const reply = await ask({ ...request, channels, pulseRange, query }, sink);
      const reports = reply.channels.flatMap((report) => newsOf(report, wanted));
      all = {
        ...all,
        bytes: all.bytes + reply.bytes,
        channels: mergeReports([...all.channels, ...reports]),
      };
    } catch (error) {
      if (!(error instanceof DataSourceError)) throw error;
      sink.close();
      // Some servers have no better way to say that there is nothing yet.
      if (error instanceof EmptyReply || error instanceof UnmappedPulses) continue;
      failure = error;
      break;
    }
  }
  return { all: { ...all, rows: counter.rows }, failure };
}

/** The next question: the first channels that are late at `from`, or a little later. */
function questionsFor(late: readonly LateChannel[]): { channels: Channel[]; from: number }[] {
  const starts = [...new Set(late.map(({ from }) => from))].sort((a, b) => a - b);
  const each = Math.ceil(starts.length / MAX_QUESTIONS);
  const questions = starts
    .filter((_start, i) => i % each === 0)
    .map((from) => ({ from, channels: [] as Channel[] }));
  for (const { channel, from } of late) {
    questions.findLast((question) => question.from <= from)!.channels.push(channel);
  }
  return questions;
}

/** Of a channel that was asked for again: what is wrong with the rows that are new. */
function newsOf(report: ChannelReport, wanted: ReadonlyMap<string, number>): ChannelReport[] {
  const from = wanted.get(report.name);
  if (from === undefined) return [];
  const isNews = ({ code, first_pulse_id: pulse = from }: Problem) =>
    pulse >= from && !NOT_OF_INTEREST.has(code);
  // Any other failure leaves the channel short, which says enough.
  const failure = report.failure?.code === REPEATED_CHANNEL ? report.failure : undefined;
  // The rows are counted where they go through.
  return [{ ...report, rows: 0, problems: report.problems.filter(isNews), failure }];
}
