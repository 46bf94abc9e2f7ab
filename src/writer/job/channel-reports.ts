import type { ReplyResult } from '../../databuffer/reply-result.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { type RowSpan, isShort, missingAtEnds } from '../../request/pulse-rate.js';
import type { CountingSink } from './counting-sink.js';
import { NO_PULSE_IDS } from './pulsed-rows.js';
import { ChannelsWithoutData, NEEDS_IMAGE_API, NoData } from './errors.js';

const MISSING = 'missing';

/**
 * Every channel of a job: those that came, then those that were asked for and did not.
 *
 * @param counter what the rows went through
 */
export function channelReports(
  request: Pick<ParsedWriteRequest, 'refusedChannels' | 'pulseRange'>,
  reply: Pick<ReplyResult, 'channels' | 'missing'>,
  counter: CountingSink,
): ChannelReport[] {
  const stored = reply.channels.flatMap(({ name, failure }) =>
    failure ? [] : [counter.stepsOf(name)!],
  );
  const someHaveRate = stored.some((steps) => steps.span().step !== undefined);
  return [
    ...reply.channels.map((channel): ChannelReport => {
      const steps = counter.stepsOf(channel.name);
      if (!steps) return channel;
      const { rows, firstRow: first_pulse_id, lastRow: last_pulse_id } = steps;
      const found = { ...channel, rows, first_pulse_id, last_pulse_id };
      if (channel.failure) return rows > 0 ? found : channel;
      const missing = [steps.missing(), steps.span()] as const;
      return { ...found, ...whatIsMissing(...missing, request.pulseRange, someHaveRate) };
    }),
    ...reply.missing.map(missingChannel),
    ...request.refusedChannels.map(({ name, reason }) =>
      failingChannel(name, 'channel_name', `the name ${reason}`),
    ),
  ];
}

/**
 * The part of a report about the rows that a channel lacks.
 *
 * @param within missing between its first and its last row; undefined where that is not known
 * @param someHaveRate see {@link isShort}
 */
export function whatIsMissing(
  within: number | undefined,
  span: RowSpan,
  range: PulseRange | undefined,
  someHaveRate: boolean,
): Pick<ChannelReport, 'missing_pulses' | 'short'> {
  if (range === undefined) return { missing_pulses: within };
  const { before = 0, after = 0 } = missingAtEnds(span, range) ?? {};
  const missing_pulses = within === undefined ? undefined : within + before + after;
  return isShort(span, range, someHaveRate) ? { missing_pulses, short: true } : { missing_pulses };
}

/**
 * Refuses a file that would be of no use.
 *
 * @param channels all that came, that were asked for, or that could not be
 * @param errorIfNoData whether each of them must have rows in the file
 * @throws ChannelsWithoutData
 */
export function refuseUseless(channels: readonly ChannelReport[], errorIfNoData: boolean): void {
  if (channels.every(({ failure, rows }) => failure && rows === 0)) {
    throw new ChannelsWithoutData('no_channel_stored', channels);
  }
  if (!errorIfNoData) return;
  const lacking = channels.filter(({ rows }) => rows === 0);
  if (lacking.length > 0) throw new ChannelsWithoutData('channel_without_data', lacking, channels);
}

/**
 * Refuses a reply without a row, unless it has none because no channel that came can be stored.
 *
 * @throws NoData
 */
export function refuseForgotten(channels: readonly ChannelReport[]): void {
  if (channels.some(({ rows }) => rows > 0)) return;
  const isGone = ({ failure }: ChannelReport) => failure?.code === MISSING;
  const someCame = channels.some(({ failure }) => failure === undefined);
  if (someCame || channels.every(isGone)) throw new NoData();
}

/** A channel that was asked for and did not come. */
export function missingChannel(name: string): ChannelReport {
  return failingChannel(
    name,
    MISSING,
    'is not known to the data buffer, or was left out of its reply',
  );
}

/** A camera of a data API that has none, where no other one is set. */
export function cameraWithoutApi(name: string): ChannelReport {
  const what = 'is a camera, which data API 4 does not serve: set --image_api_url';
  return failingChannel(name, NEEDS_IMAGE_API, what);
}

/** Whether another question could not have another answer about a channel. */
export function isSettled(
  { name, failure }: ChannelReport,
  { complete }: Pick<ReplyResult, 'complete'>,
): boolean {
  const isForGood = failure?.code === NEEDS_IMAGE_API || failure?.code === NO_PULSE_IDS;
  return isForGood || complete?.has(name) === true;
}

/** A channel that has no place in the file. */
export function failingChannel(name: string, code: string, message: string): ChannelReport {
  return { name, rows: 0, problems: [], failure: { code, message } };
}
