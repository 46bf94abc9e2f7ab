import type { ChannelContents, FileContents } from '../../hdf5/file-contents.js';
import { textsOf } from '../../hdf5/read-file.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { usualStep } from '../../rows/pulse-rate.js';

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
  /** What is not there, or not as it should be, one sentence each. */
  readonly findings: readonly string[];
}

export interface ChannelCheck extends ChannelContents {
  /** Whether the points reach from one end of the request's pulse range to the other. */
  readonly range_covered?: boolean;
  /** Points that are not there in the request's pulse range, before the first and after the last included. */
  readonly missing_in_range?: number;
  /** The step that was taken for a single point, which has none of its own, and from where. */
  readonly inferred_step?: InferredStep;
}

/** `other channels`: the median of their steps. `slowest rate`: there is none that has one. */
export interface InferredStep {
  readonly step: number;
  readonly from: 'other channels' | 'slowest rate';
}

/** Pulses come at 100 Hz, and what is recorded with them at 1 Hz at least. */
const SLOWEST: InferredStep = { step: 100, from: 'slowest rate' };

type Expectation = Pick<ParsedWriteRequest, 'channels' | 'refusedChannels' | 'pulseRange'>;

/** Judges a file by what it says itself and, where it is given, by a request. */
export function checkContents(
  { attributes, channels }: FileContents,
  request: Expectation | undefined,
): FileCheck {
  const range = request?.pulseRange;
  const inferred = inferredStep(channels);
  const checked = channels.map((channel): ChannelCheck =>
    range ? { ...channel, ...coverage(channel, range, inferred) } : channel,
  );
  const requested = request && [...request.channels, ...request.refusedChannels];
  const there = new Set(channels.map(({ name }) => name));
  const asked = new Set(requested?.map(({ name }) => name));
  // Without a request the writer's own list is all there is to go by.
  const missing = request
    ? [...asked].filter((name) => !there.has(name))
    : [...textsOf(attributes.missing_channels), ...textsOf(attributes.failed_channels)];
  const findings = [
    ...(channels.length === 0 ? ['there is no channel in the file'] : []),
    ...missing.map((name) => `${name} is not in the file`),
    ...checked.flatMap((channel) =>
      findingsOf(channel, range).map((finding) => `${channel.name} ${finding}`),
    ),
  ];
  const { request_id: id, request_timestamp: timestamp } = attributes;
  return {
    complete: findings.length === 0,
    request_id: typeof id === 'string' ? id : undefined,
    request_timestamp: typeof timestamp === 'number' ? timestamp : undefined,
    channels: checked,
    missing_channels: missing,
    not_requested: requested ? [...there].filter((name) => !asked.has(name)) : [],
    findings,
  };
}

/** What is taken for the step of a single point. */
function inferredStep(channels: readonly ChannelContents[]): InferredStep {
  const counts = new Map<number, number>();
  for (const { pulse_step: step } of channels) {
    if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const step = usualStep(counts);
  return step === undefined ? SLOWEST : { step, from: 'other channels' };
}

/** A step of 10 covers a range whose ends lie up to 9 pulses beyond its points. */
function coverage(
  channel: ChannelContents,
  { startPulseId, endPulseId }: PulseRange,
  inferred: InferredStep,
): Pick<ChannelCheck, 'range_covered' | 'missing_in_range' | 'inferred_step'> {
  const { first_pulse_id: first, last_pulse_id: last, pulse_step } = channel;
  const step = pulse_step ?? inferred.step;
  if (first === undefined || last === undefined) {
    return { range_covered: false };
  }
  const pointsIn = (pulses: number) => Math.max(Math.floor(pulses / step), 0);
  const own = pulse_step === undefined && { inferred_step: inferred };
  if (isOutside(channel, { startPulseId, endPulseId })) {
    const expected = Math.max(pointsIn(endPulseId - startPulseId + 1), 1);
    return { range_covered: false, missing_in_range: expected, ...own };
  }
  const beyond = pointsIn(first - startPulseId) + pointsIn(endPulseId - last);
  return {
    range_covered: beyond === 0,
    missing_in_range: channel.missing_pulses + beyond,
    ...own,
  };
}

function isOutside(
  { first_pulse_id: first = NaN, last_pulse_id: last = NaN }: ChannelContents,
  { startPulseId, endPulseId }: PulseRange,
): boolean {
  return last < startPulseId || first > endPulseId;
}

function findingsOf(channel: ChannelCheck, range: PulseRange | undefined): string[] {
  const { first_pulse_id: first, pulse_step: step } = channel;
  if (channel.faults.length > 0) return [...channel.faults];
  if (first === undefined) return ['has no points'];
  const counts: [number, string][] = [
    [channel.missing_pulses, `missing at one in ${step}`],
    [channel.duplicate_pulse_ids, 'with a pulse id that another one has'],
    [channel.unordered_pulse_ids, 'out of order'],
    [channel.absent_values, 'without a value'],
  ];
  return [
    ...(channel.range_covered === false ? [coverageText(channel, range!)] : []),
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `has ${points(count)} ${what}`),
    ...channel.problems,
  ];
}

function coverageText(channel: ChannelCheck, range: PulseRange): string {
  const { first_pulse_id: first, last_pulse_id: last, missing_pulses, missing_in_range } = channel;
  const wanted = `${range.startPulseId} to ${range.endPulseId}`;
  if (isOutside(channel, range)) return `has pulses ${first} to ${last}, none of ${wanted}`;
  const beyond = missing_in_range! - missing_pulses;
  return (
    `has pulses ${first} to ${last} of ${wanted}: ` +
    `${points(beyond)} missing at one in ${rateText(channel)}`
  );
}

function rateText({ pulse_step: step, inferred_step: inferred }: ChannelCheck): string {
  return inferred ? `${inferred.step}, inferred from ${inferredFrom(inferred)}` : String(step);
}

/** Where a step comes from, in words. */
export function inferredFrom({ from }: InferredStep): string {
  return from === 'other channels'
    ? 'the median of the other channels'
    : 'the slowest usual rate, as no channel has two points';
}

function points(count: number): string {
  return `${count} ${count === 1 ? 'point' : 'points'}`;
}
