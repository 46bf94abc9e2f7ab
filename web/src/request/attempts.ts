import type { RequestRecord } from '../api/broker.js';

type HistoryEntry = RequestRecord['history'][number];

/** A state that a request came into. */
export interface Step {
  readonly state: HistoryEntry['state'];
  /** Seconds since the epoch. */
  readonly time: number;
  /** For how many seconds it stayed; undefined for the last one. */
  readonly seconds?: number;
  readonly writer?: string;
  readonly failure?: HistoryEntry['failure'];
}

/** What happened from one sending of a request to its end, or to now. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly steps: readonly Step[];
}

/** Settled, or given back: what comes after begins anew. */
const ENDS: ReadonlySet<string> = new Set([
  'written',
  'failed',
  'superseded',
  'skipped',
  'unconfirmed',
  'recorded',
  'returned',
]);

/** The history of a request, an attempt a line; the first begins when the request was recorded. */
export function attemptsOf({ accepted, history }: RequestRecord): Attempt[] {
  const recorded = { state: 'recorded', time: accepted, attempt: 0 } as const;
  const entries = history[0]?.state === 'recorded' ? history : [recorded, ...history];
  const groups: HistoryEntry[][] = [];
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (before && (index === 1 || !ENDS.has(before.state))) groups.at(-1)!.push(entry);
    else groups.push([entry]);
  }
  return groups.map((group, index) => ({
    number: Math.max(index + 1, ...group.map(({ attempt }) => attempt)),
    steps: stepsOf(group, groups[index + 1]?.[0]),
  }));
}

function stepsOf(entries: readonly HistoryEntry[], follower?: HistoryEntry): Step[] {
  return entries.map(({ state, time, writer_id: writer, failure }, index) => {
    const next = entries[index + 1] ?? follower;
    return { state, time, seconds: next && Math.max(0, next.time - time), writer, failure };
  });
}
