import type { ReplyResult } from '../../databuffer/reply-result.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { ChannelReport } from '../../rows/channel-report.js';
import type { CountingSink } from './counting-sink.js';
import { ChannelsWithoutData } from './job-errors.js';

/**
 * Every channel of a job: those that came, then those that were asked for and did not.
 *
 * @param counter what the rows went through
 */
export function channelReports(
  request: Pick<ParsedWriteRequest, 'refusedChannels'>,
  reply: Pick<ReplyResult, 'channels' | 'missing'>,
  counter: CountingSink,
): ChannelReport[] {
  return [
    ...reply.channels.map((channel) =>
      channel.failure
        ? channel
        : { ...channel, missing_pulses: counter.missingPulses(channel.name) },
    ),
    ...reply.missing.map(missingChannel),
    ...request.refusedChannels.map(({ name, reason }) =>
      failingChannel(name, 'channel_name', `the name ${reason}`),
    ),
  ];
}

/**
 * Refuses a file that would be of no use.
 *
 * @param channels all that came, that were asked for, or that could not be
 * @param errorIfNoData whether each of them must have rows in the file
 * @throws ChannelsWithoutData
 */
export function refuseUseless(channels: readonly ChannelReport[], errorIfNoData: boolean): void {
  if (channels.every(({ failure }) => failure)) {
    throw new ChannelsWithoutData('no_channel_stored', channels);
  }
  if (!errorIfNoData) return;
  const lacking = channels.filter(({ rows }) => rows === 0);
  if (lacking.length > 0) throw new ChannelsWithoutData('channel_without_data', lacking);
}

/** Whether the channel was asked for and is not in the reply. */
export function isMissing({ failure }: ChannelReport): boolean {
  return failure?.code === 'missing';
}

/** A channel that was asked for and did not come. */
export function missingChannel(name: string): ChannelReport {
  return failingChannel(name, 'missing', 'was asked for and is not in the reply');
}

/** A channel that has no place in the file. */
export function failingChannel(name: string, code: string, message: string): ChannelReport {
  return { name, rows: 0, problems: [], failure: { code, message } };
}
