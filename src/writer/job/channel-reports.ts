import type { ReplyResult } from '../../databuffer/reply-result.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { ChannelReport } from '../../rows/channel-report.js';
import { ChannelsWithoutData } from './job-errors.js';

/** Every channel of a job: those that came, then those that were asked for and did not. */
export function channelReports(
  request: Pick<ParsedWriteRequest, 'refusedChannels'>,
  reply: Pick<ReplyResult, 'channels' | 'missing'>,
): ChannelReport[] {
  return [
    ...reply.channels,
    ...reply.missing.map((name) =>
      failing(name, 'missing', 'was asked for and is not in the reply'),
    ),
    ...request.refusedChannels.map(({ name, reason }) =>
      failing(name, 'channel_name', `the name ${reason}`),
    ),
  ];
}

/**
 * Refuses a file that would be of no use.
 *
 * @param errorIfNoData whether every channel that was asked for must have rows in the file
 * @throws ChannelsWithoutData
 */
export function refuseUseless(
  channels: readonly ChannelReport[],
  requested: readonly { readonly name: string }[],
  errorIfNoData: boolean,
): void {
  if (channels.every(({ failure }) => failure)) {
    throw new ChannelsWithoutData('no_channel_stored', channels);
  }
  if (!errorIfNoData) return;
  const withRows = new Set(channels.filter(({ rows }) => rows > 0).map(({ name }) => name));
  const lacking = new Set(requested.map(({ name }) => name).filter((name) => !withRows.has(name)));
  if (lacking.size === 0) return;
  throw new ChannelsWithoutData(
    'channel_without_data',
    channels.filter(({ name }) => lacking.has(name)),
  );
}

/** Whether the channel was asked for and is not in the reply. */
export function isMissing({ failure }: ChannelReport): boolean {
  return failure?.code === 'missing';
}

function failing(name: string, code: string, message: string): ChannelReport {
  return { name, rows: 0, problems: [], failure: { code, message } };
}
