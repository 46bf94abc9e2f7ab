import { askedRange, hasSelection, spanOf } from '../../hdf5/read/asked-range.js';
import type { ChannelContents, FileContents } from '../../hdf5/read/file-contents.js';
import { attributeTexts } from '../../hdf5/read/read-attribute.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { isShort, missingAtEnds } from '../../request/pulse-rate.js';

/** Whether a file has everything, channel by channel. Plain data. */
export interface FileCheck {
  readonly complete: boolean;
  /** Of the request that the file says it is of. */
  readonly request_id?: string;
  /** When that was made, seconds since the epoch. */
  readonly request_timestamp?: number;
  readonly channels: readonly ChannelCheck[];
  /** Channels of the request that have no group in the file. */
  readonly missing_channels: readonly string[];
  /** Channels that the request does not name; no fault. */
  readonly not_requested: readonly string[];
  /** Everything that is missing or wrong, one sentence each. */
  readonly findings: readonly string[];
}

export interface ChannelCheck extends ChannelContents {
  /** Whether the points reach from one end of the asked pulse range to the other, at the channel's rate. */
  readonly range_covered?: boolean;
  /** Points that are not there in that range, before the first and after the last included. */
  readonly missing_in_range?: number;
}

/** As writers before 0.3.0 write files of runs. Others may write files without a request at either place. */
const MISPLACED =
  'has its channels in /data, not at the root of the file, where they were asked for and readers of runs look: ' +
  'write it anew with `sf-databuffer audit replay --run <run>`';

/** The findings of a file that can't be read. */
export function damagedFile(reason: string): FileCheck {
  const nothing = { channels: [], missing_channels: [], not_requested: [] };
  return { complete: false, ...nothing, findings: [`damaged: ${reason}`] };
}

type Expectation = Pick<
  ParsedWriteRequest,
  'channels' | 'refusedChannels' | 'pulseRange' | 'layout'
>;

/**
 * Judges a file by what it says itself and, where it is given, by a request. The asked range is the
 * request's, else the one that the file says.
 */
export function checkContents(
  { attributes, layout, channels }: FileContents,
  request: Expectation | undefined,
): FileCheck {
  const isSelection = hasSelection(attributes);
  const range = request ? request.pulseRange : askedRange(attributes);
  const someHaveRate = channels.some(({ pulse_step: step }) => step !== undefined);
  const checked = channels.map((channel): ChannelCheck => {
    // What lies between selected pulses was not asked for.
    if (isSelection) return { ...channel, pulse_step: undefined, missing_pulses: 0 };
    return range ? { ...channel, ...coverage(channel, range, someHaveRate) } : channel;
  });
  const requested = request && [...request.channels, ...request.refusedChannels];
  const there = new Set(channels.map(({ name }) => name));
  const names = new Set(requested?.map(({ name }) => name));
  const failed = failedChannels(attributes);
  // Without a request the writer's own lists are all there is to go by.
  const missing = request
    ? [...names].filter((name) => !there.has(name))
    : [...attributeTexts(attributes.missing_channels), ...failed.keys()].filter(
        (name) => !there.has(name),
      );
  const findings = [
    ...(channels.length === 0 ? ['the file has no channels'] : []),
    ...(layout === 'data' && request?.layout === 'root' ? [MISPLACED] : []),
    ...missing.map((name) => withReason(`${name} is not in the file`, failed.get(name))),
    ...[...failed]
      .filter(([name]) => there.has(name))
      .map(([name, reason]) => withReason(`only a part of ${name} is in the file`, reason)),
    ...(isSelection ? attributeTexts(attributes.short_channels) : []).map(
      (name) => `${name} lacks some of the selected pulses`,
    ),
    ...checked.flatMap((channel) =>
      findingsOf(channel, range, isSelection).map((finding) => `${channel.name} ${finding}`),
    ),
  ];
  const { request_id: id, request_timestamp: timestamp } = attributes;
  return {
    complete: findings.length === 0,
    request_id: typeof id === 'string' ? id : undefined,
    request_timestamp: typeof timestamp === 'number' ? timestamp : undefined,
    channels: checked,
    missing_channels: missing,
    not_requested: requested ? [...there].filter((name) => !names.has(name)) : [],
    findings,
  };
}

/** The channels that a writer could not store, or not whole, with the reasons that it gives. */
function failedChannels({ failed_channels, failed_channels_reasons }: FileContents['attributes']) {
  const reasons = attributeTexts(failed_channels_reasons);
  return new Map(attributeTexts(failed_channels).map((name, i) => [name, reasons.at(i)] as const));
}

function withReason(text: string, reason: string | undefined): string {
  return reason === undefined ? text : `${text}: ${reason}`;
}

/** A step of 10 covers a range whose ends lie up to 9 pulses beyond its points. */
function coverage(
  channel: ChannelContents,
  range: PulseRange,
  someHaveRate: boolean,
): Pick<ChannelCheck, 'range_covered' | 'missing_in_range'> {
  const span = spanOf(channel);
  if (span.followsPulses === false) return {};
  if (span.first === undefined) return { range_covered: false };
  const covered = !isOutside(channel, range) && !isShort(span, range, someHaveRate);
  const ends = missingAtEnds(span, range);
  if (!ends) return { range_covered: covered };
  const within = isOutside(channel, range) ? 0 : channel.missing_pulses;
  return { range_covered: covered, missing_in_range: within + ends.before + ends.after };
}

function isOutside(
  { first_pulse_id: first = NaN, last_pulse_id: last = NaN }: ChannelContents,
  { startPulseId, endPulseId }: PulseRange,
): boolean {
  return last < startPulseId || first > endPulseId;
}

function findingsOf(
  channel: ChannelCheck,
  range: PulseRange | undefined,
  isSelection: boolean,
): string[] {
  const { first_pulse_id: first, pulse_step: step } = channel;
  if (channel.faults.length > 0) return [...channel.faults];
  const hasNone = first === undefined && channel.points_without_pulse_id === 0;
  if (hasNone) return isSelection ? [] : ['has no points'];
  const counts: [number, string][] = [
    [channel.missing_pulses, `missing${rateText(step)}`],
    [channel.duplicate_pulse_ids, 'with the pulse id of another point'],
    [channel.unordered_pulse_ids, 'out of order'],
    [channel.absent_values, 'without a value'],
  ];
  return [
    ...(channel.range_covered === false ? [coverageText(channel, range!)] : []),
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `has ${points(count)} ${what}`),
    ...channel.problems.filter((problem) => !isNote(problem)),
  ];
}

/** Whether a writer's note is about what a channel is like, not about something that it lacks. */
function isNote(problem: string): boolean {
  return problem.startsWith('no_pulse_ids:');
}

function coverageText(channel: ChannelCheck, range: PulseRange): string {
  const { first_pulse_id: first, last_pulse_id: last, pulse_step: step } = channel;
  const { missing_pulses, missing_in_range } = channel;
  const wanted = `${range.startPulseId} to ${range.endPulseId}`;
  if (isOutside(channel, range)) return `has pulses ${first} to ${last}, none of ${wanted}`;
  const reach = `has pulses ${first} to ${last} of ${wanted}`;
  if (step === undefined) return `${reach}, and no channel has two points to tell its rate by`;
  const beyond = missing_in_range! - missing_pulses;
  return `${reach}: ${points(beyond)} missing${rateText(step)}`;
}

/** The rate that points are missing by; that of a point a pulse goes without saying. */
function rateText(step: number | undefined): string {
  return step === undefined || step === 1 ? '' : `, at one in ${step} pulses`;
}

function points(count: number): string {
  return `${count} ${count === 1 ? 'point' : 'points'}`;
}
