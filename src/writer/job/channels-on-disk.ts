import { askedRange, hasSelection, spanOf } from '../../hdf5/read/asked-range.js';
import type { ChannelContents, FileContents } from '../../hdf5/read/file-contents.js';
import { attributeTexts } from '../../hdf5/read/read-attribute.js';
import type { PulseRange } from '../../request/pulse-range.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { failingChannel, missingChannel, whatIsMissing } from './channel-reports.js';
import { problemOf } from './file-attributes.js';

/** The report of a file when it was written, as far as the file itself tells. */
export function channelsOnDisk({ attributes, channels }: FileContents): ChannelReport[] {
  const reasons = attributeTexts(attributes.failed_channels_reasons);
  const range = askedRange(attributes);
  const isSelection = hasSelection(attributes);
  const short = new Set(attributeTexts(attributes.short_channels));
  const someHaveRate = channels.some(({ pulse_step: step }) => step !== undefined);
  const failed = new Map(
    attributeTexts(attributes.failed_channels).map((name, i) => {
      const [, code, message] = /^(\w+): (.*)$/s.exec(reasons[i] ?? '') ?? [];
      return [
        name,
        failingChannel(name, code ?? 'failed', message ?? 'is not in the file'),
      ] as const;
    }),
  );
  const stored = channels.map((channel) => {
    const whole = reportOf(channel, range, someHaveRate);
    const report = isSelection ? ofSelection(whole, short) : whole;
    const failure = failed.get(channel.name)?.failure;
    failed.delete(channel.name);
    return failure ? { ...report, missing_pulses: undefined, short: undefined, failure } : report;
  });
  return [
    ...stored,
    ...attributeTexts(attributes.missing_channels).map(missingChannel),
    ...failed.values(),
  ];
}

/** What was missing of the selected pulses, only who wrote them could tell. */
function ofSelection(report: ChannelReport, short: ReadonlySet<string>): ChannelReport {
  const { short: _byRate, ...others } = report;
  return { ...others, missing_pulses: undefined, ...(short.has(report.name) && { short: true }) };
}

function reportOf(
  channel: ChannelContents,
  range: PulseRange | undefined,
  someHaveRate: boolean,
): ChannelReport {
  const { name, faults, pulse_step: step, unordered_pulse_ids: unordered } = channel;
  if (faults.length > 0) return failingChannel(name, 'unreadable', faults.join(', '));
  const within = step === undefined || unordered > 0 ? undefined : channel.missing_pulses;
  return {
    name,
    rows: channel.rows - channel.rows_without_point,
    first_pulse_id: channel.first_pulse_id,
    last_pulse_id: channel.last_pulse_id,
    ...whatIsMissing(within, spanOf(channel), range, someHaveRate),
    problems: channel.problems.map(problemOf),
  };
}
