import { isSettled } from '../../../clients/typescript/settled.js';
import type { RequestRecord } from '../api/broker.js';

type HistoryEntry = RequestRecord['history'][number];
type Failure = NonNullable<HistoryEntry['failure']>;

/** A state that a request came into. */
export interface Step {
  readonly state: HistoryEntry['state'];
  /** Seconds since the epoch. */
  readonly time: number;
  /** For how many seconds it stayed; undefined for the last one. */
  readonly seconds?: number;
  readonly writer?: string;
}

/** What happened until a request ended, was given back, or its writer began it anew. */
export interface Attempt {
  /** Of the sending: 1 for the first. */
  readonly number: number;
  /** Of the writer, in this attempt: 1 for the first. */
  readonly tryNumber: number;
  readonly steps: readonly Step[];
  /** Why it came to nothing. */
  readonly failure?: Failure;
  /** No writer ended it: the one that had it was lost or stalled, or none ever named it. */
  readonly gone?: 'lost' | 'stalled' | 'silent';
}

/** A writer has it, or is to have it. */
const AWAY: ReadonlySet<string> = new Set(['sent', 'received', 'retrieving', 'writing']);

/** The history of a request, a try a line; the first begins when the request was recorded. */
export function attemptsOf({
  accepted,
  history,
  stalled_at: stalledAt = [],
}: RequestRecord): Attempt[] {
  const recorded = { state: 'recorded', time: accepted, attempt: 0 } as const;
  const entries = history[0]?.state === 'recorded' ? history : [recorded, ...history];
  const groups: HistoryEntry[][] = [];
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (before && (index === 1 || !begins(entry, before))) groups.at(-1)!.push(entry);
    else groups.push([entry]);
  }
  const attempts: Attempt[] = [];
  for (const [index, group] of groups.entries()) {
    const next = groups[index + 1]?.[0];
    const before = attempts.at(-1);
    const number = Math.max(1, ...group.map(({ attempt }) => attempt));
    // Why a try came to nothing is told with what the writer does then.
    const tryFailed = next && isNextTry(next) ? next : undefined;
    const steps = stepsOf(group, next);
    const fails = next && isSentAnew(next) ? next.failure : undefined;
    const writer = group.findLast(({ writer_id }) => writer_id !== undefined)?.writer_id;
    attempts.push({
      number,
      tryNumber: before?.number === number ? before.tryNumber + 1 : 1,
      steps: tryFailed ? [...steps, { state: 'failed', time: tryFailed.time }] : steps,
      failure: group.at(-1)!.failure ?? tryFailed?.failure ?? fails,
      gone:
        next && isSentAnew(next) && !next.failure
          ? goneBy(group.at(-1)!, writer, stalledAt)
          : undefined,
    });
  }
  return attempts;
}

function begins(entry: HistoryEntry, before: HistoryEntry): boolean {
  // What comes after begins anew.
  if (before.state === 'returned' || isSettled(before)) return true;
  if (isSentAnew(entry) && AWAY.has(before.state)) return true;
  return isNextTry(entry) && (before.state === 'retrieving' || before.state === 'writing');
}

/** Whether the writer has it still, and waits for its next try. */
function isNextTry({ state }: HistoryEntry): boolean {
  return state === 'received';
}

/** Whether it waits in the broker again. */
function isSentAnew({ state }: HistoryEntry): boolean {
  return state === 'queued';
}

function goneBy(
  { state }: HistoryEntry,
  writer: string | undefined,
  stalledAt: readonly string[],
): Attempt['gone'] {
  if (!AWAY.has(state)) return undefined;
  if (writer === undefined) return 'silent';
  return stalledAt.includes(writer) ? 'stalled' : 'lost';
}

function stepsOf(entries: readonly HistoryEntry[], follower?: HistoryEntry): Step[] {
  return entries.map(({ state, time, writer_id: writer }, index) => {
    const next = entries[index + 1] ?? follower;
    return { state, time, seconds: next && Math.max(0, next.time - time), writer };
  });
}
