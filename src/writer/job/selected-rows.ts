import { InvalidWriteRequest } from '../../request/errors.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { ChannelHeader, RowBlock } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import type { CountingSink } from './counting-sink.js';
import { wantedRows } from './wanted-rows.js';

/** A request whose client wants some pulses of its range. */
export interface SelectingRequest {
  /** Its range reaches from the first of them to the last. */
  readonly request: ParsedWriteRequest;
  /** Those of the range, each once. */
  readonly pulses: ReadonlySet<number>;
}

/** Codes of problems of rows that are never selected. */
const NOT_IN_FILE = new Set(['outside_range', 'outside_range_dropped']);

/** Rows of a channel that are in the file. */
interface Stored {
  rows: number;
  first: number | undefined;
  last: number | undefined;
}

/**
 * The request with what its client selected; undefined where it selected nothing.
 *
 * @throws InvalidWriteRequest
 */
export function selectingRequest(request: ParsedWriteRequest): SelectingRequest | undefined {
  const { selectedPulses: selected, pulseRange: range, query } = request;
  if (selected === undefined) return undefined;
  const { problem } = selected;
  if (problem !== undefined) throw badSelection(problem);
  if (selected.pulseIds.length === 0) return undefined;
  const isAsked = (id: number) =>
    range === undefined || (id >= range.startPulseId && id <= range.endPulseId);
  const pulses = new Set(selected.pulseIds.filter(isAsked));
  if (pulses.size === 0) throw badSelection('has no pulse of the asked range');
  if (range === undefined) return { request, pulses };
  let [startPulseId, endPulseId] = [Infinity, -Infinity];
  for (const id of pulses) {
    startPulseId = Math.min(startPulseId, id);
    endPulseId = Math.max(endPulseId, id);
  }
  const pulseRange = { startPulseId, endPulseId };
  const narrowed = { ...query, range: { ...(query.range as object), ...pulseRange } };
  return { request: { ...request, pulseRange, query: narrowed }, pulses };
}

/**
 * Hands on rows of selected pulses alone, and notes them: others were not asked for. Rows without a pulse id belong to
 * no pulse; that they were not asked for can't be told, so they go on.
 */
export class SelectedRows implements RowSink {
  private readonly channels = new Map<string, Stored>();

  constructor(
    private readonly sink: RowSink,
    private readonly pulses: ReadonlySet<number>,
  ) {}

  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const rows = this.sink.openChannel(header, options);
    const stored = this.channels.get(header.name) ?? {
      rows: 0,
      first: undefined,
      last: undefined,
    };
    this.channels.set(header.name, stored);
    const close = (more?: number) => rows.close(more);
    const noted: ChannelRows = {
      close,
      append: (block) => {
        rows.append(block);
        note(stored, block);
      },
      ...(rows.appendPacked && {
        appendPacked: (block) => {
          rows.appendPacked!(block);
          note(stored, block);
        },
      }),
    };
    const isWanted = (pulseId: bigint) => pulseId < 0n || this.pulses.has(Number(pulseId));
    return wantedRows(header, options, isWanted, () => noted, close);
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.sink.headerOf(channel);
  }

  /** Rows in the file, all channels together. */
  get rows(): number {
    let rows = 0;
    for (const stored of this.channels.values()) rows += stored.rows;
    return rows;
  }

  /**
   * The reports of channels as their rows came, as those of the file: a channel lacks the selected pulses at which
   * it has a row by its rate, and none in the file.
   *
   * @param counter what all rows went through
   */
  reportsOf(channels: readonly ChannelReport[], counter: CountingSink): ChannelReport[] {
    return channels.map((channel) => {
      const stored = this.channels.get(channel.name);
      if (!stored) return channel;
      const { rows, first: first_pulse_id, last: last_pulse_id } = stored;
      const problems = channel.problems.filter(({ code }) => !NOT_IN_FILE.has(code));
      const report = { ...channel, rows, first_pulse_id, last_pulse_id, problems };
      if (channel.failure) return report;
      const due = this.dueOf(channel.name, counter);
      if (due === undefined) return { ...report, missing_pulses: undefined };
      const missing_pulses = Math.max(due - rows, 0);
      const { short: _atAnEnd, ...others } = report;
      return { ...others, missing_pulses, ...(missing_pulses > 0 && { short: true }) };
    });
  }

  /** How many selected pulses there are at the rate of a channel; undefined where nothing tells its rate. */
  private dueOf(channel: string, counter: CountingSink): number | undefined {
    const { first, step, followsPulses } = counter.stepsOf(channel)!.span();
    if (followsPulses === false) return undefined;
    if (first === undefined) return this.pulses.size;
    if (step === undefined) return undefined;
    let due = 0;
    for (const id of this.pulses) if ((id - first) % step === 0) due++;
    return due;
  }
}

function note(stored: Stored, { rows, pulseIds }: Pick<RowBlock, 'rows' | 'pulseIds'>): void {
  const [first, last] = [Number(pulseIds[0]), Number(pulseIds[rows - 1])];
  if (first >= 0) stored.first ??= first;
  if (last >= 0) stored.last = last;
  stored.rows += rows;
}

function badSelection(problem: string): InvalidWriteRequest {
  return new InvalidWriteRequest([{ field: 'parameters.selected_pulse_ids', problem }]);
}
