import type { Attributes } from '../../hdf5/open-file.js';
import { channelNameProblem, displayName } from '../../request/channel.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { RequestIdentity } from '../../request/request-order.js';
import type { ChannelReport, Problem } from '../../rows/channel-report.js';
import { isMissing } from './channel-reports.js';

// An attribute is 64 KiB at most, 16 bytes of it for each text; a reply may name any number of channels.
const MOST_ENTRIES = 1000;

/**
 * What the file's root group says about the request: `request_id`, `request_timestamp` (s since the
 * epoch), `replay_of` where it acquires another one again, `trail_id` and `request_sequence` (int64)
 * where it was recorded with them, `missing_channels`, and `failed_channels` with
 * `failed_channels_reasons` in the same order.
 */
export function fileAttributes(
  request: RequestIdentity & Pick<ParsedWriteRequest, 'timestamp'>,
  channels: readonly ChannelReport[],
): Attributes {
  const missing = channels.filter(isMissing);
  const failed = channels.filter((channel) => channel.failure && !isMissing(channel));
  return {
    ...(request.id !== undefined && { request_id: request.id.replaceAll('\0', '') }),
    request_timestamp: request.timestamp,
    ...(request.replayOf !== undefined && { replay_of: request.replayOf.replaceAll('\0', '') }),
    ...(request.trailId !== undefined && { trail_id: request.trailId }),
    ...(request.sequence !== undefined && { request_sequence: BigInt(request.sequence) }),
    ...textList('missing_channels', missing.map(nameOf)),
    ...textList('failed_channels', failed.map(nameOf)),
    ...textList(
      'failed_channels_reasons',
      failed.map(({ failure }) => `${failure!.code}: ${failure!.message}`),
    ),
  };
}

/** `problems` of the group of each channel that has some, e.g. `out_of_range: 3 points, first at pulse 7 (70000 …)`. */
export function channelAttributes(channels: readonly ChannelReport[]): Map<string, Attributes> {
  return new Map(
    channels
      .filter(({ problems, failure }) => problems.length > 0 && !failure)
      .map(({ name, problems }) => [name, textList('problems', problems.map(problemText))]),
  );
}

/** A problem as a sentence of the log and of the file. */
export function problemText({ code, count, first_pulse_id: pulse, example }: Problem): string {
  const where = pulse === undefined ? '' : `, first at pulse ${pulse}`;
  return `${code}: ${count} ${count === 1 ? 'point' : 'points'}${where}${example ? ` (${example})` : ''}`;
}

/** The problem that a sentence of the file tells of. */
export function problemOf(text: string): Problem {
  const [, code, count, pulse, example] =
    /^(\w+): (\d+) points?(?:, first at pulse (-?\d+))?(?: \((.*)\))?$/s.exec(text) ?? [];
  if (code === undefined) return { code: 'other', count: 1, example: text };
  const first_pulse_id = pulse === undefined ? undefined : Number(pulse);
  return { code, count: Number(count), first_pulse_id, example };
}

/** Names that were refused for what they contain are quoted and escaped. */
function nameOf({ name }: ChannelReport): string {
  return channelNameProblem(name) ? displayName(name) : name;
}

/** No attribute where there is nothing to list. */
function textList(attribute: string, texts: readonly string[]): Attributes {
  if (texts.length === 0) return {};
  const listed = texts.slice(0, MOST_ENTRIES).map((text) => text.replaceAll('\0', '\\0'));
  const rest = texts.length - listed.length;
  return { [attribute]: rest > 0 ? [...listed, `… and ${rest} more`] : listed };
}
