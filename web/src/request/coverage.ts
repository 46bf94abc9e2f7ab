/** How many parts of the range a file is asked about: it has many divisors, see {@link partsOf}. */
export const BINS = 240;

/** A part of the asked pulse range, and how much of the channel is there. */
export interface Part {
  /** First and last pulse id, both of the part. */
  readonly first: number;
  readonly last: number;
  readonly state: 'there' | 'partly' | 'gap';
  readonly rows: number;
}

/** The pulses that were asked for, both ends included. */
export interface Pulses {
  readonly first: number;
  readonly last: number;
}

/**
 * Joins counts of rows into parts that a strip is drawn from; neighbours of the same state are one part.
 *
 * Channels run at different rates, so a bin without a row need not be a gap. Bins are joined until each of
 * them would have at least one row of the channel: one that then has none is a gap for certain.
 *
 * @param bins rows in each of {@link BINS} equal parts of the range
 * @param expected rows that the channel would have without gaps
 */
export function partsOf(bins: readonly number[], expected: number, pulses: Pulses): Part[] {
  const count = largestDivisor(bins.length, Math.max(1, expected - 1));
  const size = bins.length / count;
  const usual = Math.floor(expected / count);
  const range = pulses.last - pulses.first + 1;
  const edge = (index: number) => pulses.first + Math.ceil((index * range) / count);
  const parts: Part[] = [];
  for (let index = 0; index < count; index += 1) {
    const rows = bins.slice(index * size, (index + 1) * size).reduce((sum, each) => sum + each, 0);
    const state = stateOf(rows, usual);
    const last = edge(index + 1) - 1;
    const before = parts.at(-1);
    if (before?.state === state) {
      parts[parts.length - 1] = { ...before, last, rows: before.rows + rows };
    } else parts.push({ first: edge(index), last, state, rows });
  }
  return parts;
}

function stateOf(rows: number, usual: number): Part['state'] {
  if (rows === 0) return 'gap';
  return rows < usual ? 'partly' : 'there';
}

function largestDivisor(of: number, limit: number): number {
  for (let divisor = Math.min(of, Math.floor(limit)); divisor > 1; divisor -= 1) {
    if (of % divisor === 0) return divisor;
  }
  return 1;
}
