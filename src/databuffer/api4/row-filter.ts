import type { PulseRange } from '../../request/pulse-range.js';
import type { ProblemTally } from '../blocks/problem-tally.js';
import { SeenPulseIds } from '../blocks/seen-pulse-ids.js';
import type { TimeRange } from '../time-range.js';

const MAX_PULSE_ID = 2n ** 53n;
/** The pulse id of a row whose one can't be one. */
export const INVALID_PULSE_ID = -2n;

/** Decides which rows of a channel are kept, and counts what is unusual about their times and pulse ids. */
export class RowFilter {
  /** The largest time that came, of rows that are not kept as well. */
  lastTime: bigint | undefined;
  /** Pulse ids of the first and the last row that is kept. */
  first: number | undefined;
  last: number | undefined;

  private after: bigint | undefined;
  private keptTime: bigint | undefined;
  private readonly seen = new SeenPulseIds();

  constructor(
    private readonly range: PulseRange | undefined,
    private readonly times: TimeRange,
    private readonly tally: ProblemTally,
  ) {}

  /** Another reply begins, whose rows up to a time came before. */
  begin(after: bigint | undefined): void {
    this.after = after;
  }

  /** @param pulseId −1 where the row has none */
  keeps(time: bigint, pulseId: bigint): boolean {
    const { after, tally } = this;
    if (this.lastTime === undefined || time > this.lastTime) this.lastTime = time;
    if (after !== undefined && time <= after) return false;
    if (pulseId === -1n) return this.keepsWithoutPulse(time);
    if (pulseId < 0n || pulseId > MAX_PULSE_ID) {
      tally.count('invalid_pulse_id');
      return false;
    }
    const id = Number(pulseId);
    if (!this.isInside(time, id)) {
      tally.count('outside_range_dropped', id);
      return false;
    }
    if (this.seen.add(id)) tally.count('duplicate_pulse_id', id);
    this.first ??= id;
    this.last = id;
    this.checkOrder(time, id);
    return true;
  }

  private keepsWithoutPulse(time: bigint): boolean {
    if (!this.isInside(time)) {
      this.tally.count('outside_range_dropped');
      return false;
    }
    this.tally.count('no_pulse_ids');
    this.checkOrder(time);
    return true;
  }

  private isInside(time: bigint, pulseId?: number): boolean {
    const { range, times } = this;
    if (pulseId === undefined || range === undefined)
      return time >= times.start && time < times.end;
    return pulseId >= range.startPulseId && pulseId <= range.endPulseId;
  }

  private checkOrder(time: bigint, pulseId?: number): void {
    if (this.keptTime !== undefined && time < this.keptTime) {
      this.tally.count('unordered_times', pulseId);
    }
    this.keptTime = time;
  }
}
