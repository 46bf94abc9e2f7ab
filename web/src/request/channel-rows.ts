import { counted, grouped } from '../format/numbers.js';
import type { RequestRecord } from '../api/broker.js';

export type ChannelReport = NonNullable<RequestRecord['report']>['channels'][number];

/** What became of a channel, worst first. */
export const FATES = ['missing', 'failed', 'short', 'gaps', 'problems', 'written'] as const;
export type Fate = (typeof FATES)[number];

/** A channel as the panel shows it. */
export interface ChannelRow {
  readonly name: string;
  readonly fate: Fate;
  /** Rows in the file. */
  readonly rows: number;
  /** Rows and missing pulses; undefined where those missing are not known. */
  readonly expected?: number;
  readonly first?: number;
  readonly last?: number;
  /** False where rows have no pulse ids, and lie nowhere in a range of pulses. */
  readonly followsPulses: boolean;
  /** What is wrong with it, a sentence each. */
  readonly notes: readonly string[];
}

/** Rows of a report: those that want a look first, else in the order of the report. */
export function channelRowsOf(channels: readonly ChannelReport[]): ChannelRow[] {
  const rows = channels.filter(({ name }) => name !== '').map(rowOf);
  return FATES.flatMap((fate) => rows.filter((row) => row.fate === fate));
}

/** Rows whose names have all words of a text, in any case. */
export function searchRows(rows: readonly ChannelRow[], text: string): readonly ChannelRow[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ name }) => {
    const lower = name.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

function rowOf(channel: ChannelReport): ChannelRow {
  const { name, rows, missing_pulses: missing, first_pulse_id: first } = channel;
  return {
    name,
    fate: fateOf(channel),
    rows,
    expected: missing === undefined ? undefined : rows + missing,
    first,
    last: channel.last_pulse_id,
    followsPulses: channel.problems.every(({ code }) => code !== 'no_pulse_ids'),
    notes: [
      ...(channel.failure && !isMissing(channel) ? [failureText(channel.failure)] : []),
      ...(channel.short ? ['Pulses are missing at an end of the range.'] : []),
      ...channel.problems.map(problemText),
    ],
  };
}

/** Whether it was asked for and is not in the reply; its message says no more. */
function isMissing({ failure }: Pick<ChannelReport, 'failure'>): boolean {
  return failure?.code === 'missing';
}

/** In words, with the code by which the documentation knows it. */
function failureText({ code, message }: NonNullable<ChannelReport['failure']>): string {
  return `${sentence(message)} (${code})`;
}

/** Some messages begin with the URL that was asked. */
function sentence(text: string): string {
  return /^https?:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

function fateOf({ failure, short, problems, missing_pulses: missing = 0 }: ChannelReport): Fate {
  if (failure) return isMissing({ failure }) ? 'missing' : 'failed';
  if (short) return 'short';
  if (missing > 0) return 'gaps';
  return problems.length > 0 ? 'problems' : 'written';
}

function problemText({
  code,
  count,
  first_pulse_id: first,
  example,
}: ChannelReport['problems'][number]) {
  const points = counted(count, 'point');
  const where = first === undefined ? '' : `, first at ${grouped(first)}`;
  return `${points}: ${example ?? code.replaceAll('_', ' ')}${where}`;
}
