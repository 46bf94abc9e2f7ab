import type { PulseRange } from '../../../request/pulse-range.js';
import type { ProblemTally } from '../../blocks/problem-tally.js';
import { SeenPulseIds } from '../../blocks/seen-pulse-ids.js';
import type { TimeRange } from '../../time-range.js';
import type { Kernel } from '../cbor/kernel.js';

/** Verdicts on a row, numbered as in cbor/kernel/judge.ts. */
export const KEPT = 1;
export const UNORDERED = 2;
const OUTSIDE = 3;
const INVALID = 4;

const LEAST = -(2n ** 63n);
const LARGEST = 2n ** 63n - 1n;
const TWO_32 = 2 ** 32;

/** Decides which rows of a channel are kept, and counts what is unusual about their times and pulse ids. */
export class RowFilter {
  /** The latest time that came, of rows that are not kept as well. */
  lastTime: bigint | undefined;
  /** How many rows came with it. */
  atLastTime = 0;
  /** Pulse ids of the first and the last row that is kept. */
  first: number | undefined;
  last: number | undefined;

  /** Of those of the replies before, rows that did not come again yet. */
  repeats = 0;

  private after = LEAST;
  private keptTime = LEAST;
  private largestPulseId = LEAST;
  private readonly seen = new SeenPulseIds();
  private readonly words: Uint32Array;
  private readonly start: bigint;
  private readonly end: bigint;

  constructor(
    private readonly range: PulseRange | undefined,
    { start, end }: TimeRange,
    private readonly tally: ProblemTally,
    private readonly kernel: Kernel,
  ) {
    this.start = inWide(start);
    this.end = inWide(end);
    const { buffer, byteOffset, length } = kernel.pulseIds;
    this.words = new Uint32Array(buffer, byteOffset, 2 * length);
  }

  /**
   * Another reply begins. Of its rows those before the latest time came before, and as many with that time as
   * came with it: a page may end between two of them.
   */
  begin(): void {
    this.after = this.lastTime ?? LEAST;
    this.repeats = this.atLastTime;
  }

  /**
   * Judges rows that lie behind those of the block.
   *
   * @returns how many are kept: those that the kernel's verdicts say are KEPT or UNORDERED
   */
  judge(row: number, count: number, arePulsed: boolean): number {
    const { kernel, range, after, start, end } = this;
    const byPulse = arePulsed && range !== undefined;
    const kept = kernel.judge(
      row,
      count,
      arePulsed,
      byPulse,
      after,
      this.repeats,
      BigInt(range?.startPulseId ?? 0),
      BigInt(range?.endPulseId ?? 0),
      start,
      end,
      this.keptTime,
      this.largestPulseId,
    );
    this.keptTime = kernel.lastTime;
    this.largestPulseId = kernel.largestPulseId;
    this.repeats = kernel.repeats;
    this.noteLatest(kernel.latest, kernel.atLatest);
    if (kernel.plain < count || (arePulsed && !kernel.isRising)) {
      this.addOthers(row, count, arePulsed);
    } else if (arePulsed) this.addRising(row, count);
    if (kept > 0 && !arePulsed) this.tally.count('no_pulse_ids', undefined, undefined, kept);
    return kept;
  }

  private noteLatest(time: bigint, count: number): void {
    if (count === 0 || (this.lastTime !== undefined && time < this.lastTime)) return;
    this.atLastTime = time === this.lastTime ? this.atLastTime + count : count;
    this.lastTime = time;
  }

  private addRising(row: number, count: number): void {
    this.seen.addRising(this.words.subarray(2 * row), count);
    this.first ??= this.pulseIdOf(row);
    this.last = this.pulseIdOf(row + count - 1);
  }

  private addOthers(row: number, count: number, arePulsed: boolean): void {
    const { tally, kernel } = this;
    for (let i = row; i < row + count; i++) {
      const verdict = kernel.verdicts[i];
      const id = arePulsed ? this.pulseIdOf(i) : undefined;
      if (verdict === OUTSIDE) tally.count('outside_range_dropped', id);
      else if (verdict === INVALID) tally.count('invalid_pulse_id');
      else if (verdict === UNORDERED) tally.count('unordered_times', id);
      if (id === undefined || (verdict !== KEPT && verdict !== UNORDERED)) continue;
      if (this.seen.add(id)) tally.count('duplicate_pulse_id', id);
      this.first ??= id;
      this.last = id;
    }
  }

  private pulseIdOf(row: number): number {
    return this.words[2 * row] + this.words[2 * row + 1] * TWO_32;
  }
}

function inWide(time: bigint): bigint {
  if (time < LEAST) return LEAST;
  return time > LARGEST ? LARGEST : time;
}
