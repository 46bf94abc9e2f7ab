/** Consecutive rows of a block that all have a value, or all have none. */
export interface PresenceRun {
  readonly first: number;
  /** The row behind the last. */
  readonly end: number;
  readonly isBlank: boolean;
}

/** Cuts the first `rows` rows of a block into runs. @param present 0 for a row without a value */
export function* presenceRuns(present: Uint8Array, rows: number): Generator<PresenceRun> {
  for (let first = 0; first < rows;) {
    const isBlank = present[first] === 0;
    const next = present.indexOf(isBlank ? 1 : 0, first);
    const end = next < 0 ? rows : Math.min(next, rows);
    yield { first, end, isBlank };
    first = end;
  }
}
