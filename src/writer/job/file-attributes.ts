import type { ChannelEnding } from '../../hdf5/layout/channel-ending.js';
import { rangeAttributes } from '../../hdf5/read/asked-range.js';
import type { Attributes } from '../../hdf5/library/attributes.js';
import { type ReadAttribute, attributeTexts } from '../../hdf5/read/read-attribute.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { RequestIdentity } from '../../request/request-order.js';
import { isMissing } from '../../report/count-channels.js';
import type { ChannelReport, Problem } from '../../report/channel-report.js';
import type { Filling } from './filling.js';

// An attribute is 64 KiB at most, 16 bytes of it for each text; a reply may name any number of channels.
const MAX_ENTRIES = 1000;

/** Characters of what a data API says of a channel. */
const MAX_UNITS = 100;
const MAX_DESCRIPTION = 1000;

/** Rises when something in a file is to be read in another way than before. */
const LAYOUT_VERSION = 1n;

/** Attributes of the file's root group about what wrote it, as NeXus calls them, and about its layout. */
export function creatorAttributes(version: string): Attributes {
  return { creator: 'sf-databuffer', creator_version: version, layout_version: LAYOUT_VERSION };
}

/**
 * Attributes of the file's root group about the request: `request_id`, `request_timestamp` (s since the
 * epoch), `replay_of` where it acquires another one again, `trail_id` and `request_sequence` (int64)
 * where it was recorded with them, `start_pulse_id` and `stop_pulse_id` (the asked range, both
 * included), `missing_channels`, `failed_channels` with `failed_channels_reasons` in the same order,
 * and `short_channels`.
 */
export function fileAttributes(
  request: RequestIdentity & Pick<ParsedWriteRequest, 'timestamp' | 'pulseRange'>,
  channels: readonly ChannelReport[],
): Attributes {
  const missing = channels.filter(isMissing);
  const failed = channels.filter((channel) => channel.failure && !isMissing(channel));
  const short = channels.filter((channel) => channel.short);
  return {
    ...(request.id !== undefined && { request_id: request.id.replaceAll('\0', '') }),
    request_timestamp: request.timestamp,
    ...(request.replayOf !== undefined && { replay_of: request.replayOf.replaceAll('\0', '') }),
    ...(request.trailId !== undefined && { trail_id: request.trailId }),
    ...(request.sequence !== undefined && { request_sequence: BigInt(request.sequence) }),
    ...rangeAttributes(request.pulseRange),
    ...textList(
      'missing_channels',
      missing.map(({ name }) => name),
    ),
    ...textList(
      'failed_channels',
      failed.map(({ name }) => name),
    ),
    ...textList(
      'failed_channels_reasons',
      failed.map(({ failure }) => `${failure!.code}: ${failure!.message}`),
    ),
    ...textList(
      'short_channels',
      short.map(({ name }) => name),
    ),
  };
}

/**
 * What a file gets of its channels at its end: `problems` of the group of each channel that has some, e.g.
 * `out_of_range: 3 points, first at pulse 7 (70000 …)`; `units` and `description` of its `data`.
 */
export function channelEndings(filling: Filling): Map<string, ChannelEnding> {
  const { channels, leftOut, descriptions } = filling;
  return new Map<string, ChannelEnding>(
    channels.map(({ name, problems }) => {
      if (leftOut?.has(name)) return [name, { isLeftOut: true }];
      const { units, description } = descriptions?.get(name) ?? {};
      const ending = {
        attributes: textList('problems', problems.map(problemText)),
        units: shortened(units, MAX_UNITS),
        description: shortened(description, MAX_DESCRIPTION),
      };
      return [name, ending];
    }),
  );
}

/** Without NULs, at which texts end; undefined where nothing is left. */
function shortened(text = '', most: number): string | undefined {
  const whole = text.replaceAll('\0', '').trim();
  if (whole.length <= most) return whole === '' ? undefined : whole;
  // Not in the middle of a character.
  return `${whole.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
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

/** How many texts the attribute lists that `fileAttributes` made, those included that it left out. */
export function listedIn(attribute: ReadAttribute | undefined): number {
  const texts = attributeTexts(attribute);
  const [, rest] = /^… and (\d+) more$/.exec(texts[MAX_ENTRIES] ?? '') ?? [];
  return rest === undefined ? texts.length : MAX_ENTRIES + Number(rest);
}

/** Left out where there is nothing to list. */
function textList(attribute: string, texts: readonly string[]): Attributes {
  if (texts.length === 0) return {};
  const listed = texts.slice(0, MAX_ENTRIES).map((text) => text.replaceAll('\0', '\\0'));
  const rest = texts.length - listed.length;
  return { [attribute]: rest > 0 ? [...listed, `… and ${rest} more`] : listed };
}
