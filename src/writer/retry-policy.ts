import type { FailureKind } from './job/job.js';

const FIRST_WAIT_S = 0.75;
const MAX_WAIT_S = 8;
/** Seconds for each retry that may pass, at most, between the first failure and the last attempt. */
const PATIENCE_PER_RETRY_S = 6;
/** However long the attempt before took: the server gets a moment. */
const SHORTEST_WAIT_S = 0.25;
/** Waits vary by this part, so that writers that failed together don't come back together. */
const JITTER = 0.2;

/** An attempt that came to nothing. */
export interface FailedAttempt {
  readonly kind: FailureKind;
  /** Seconds waited before it. */
  readonly waited: number;
  /** Seconds that it took, if it received nothing; else 0. */
  readonly idleSeconds: number;
  /** Seconds that the source wants not to be asked. */
  readonly retryAfter?: number;
}

/**
 * How long to wait, in seconds, before the n-th retry, n from 1: about 0.75, 1.5, 3, 6, 8, 8, …
 * The first five are 23.1 s together at most, so that they end within half a minute.
 *
 * @param random between 0 and 1
 */
export function retryWait(retry: number, random: number): number {
  const wait = Math.min(FIRST_WAIT_S * 2 ** (retry - 1), MAX_WAIT_S);
  return wait * (1 + JITTER * (2 * random - 1));
}

/**
 * Seconds until the next attempt, or undefined if another one would be of no use.
 *
 * A transient failure has `retries` further attempts, 6 s for each: an attempt that times out
 * without having received anything counts as waiting, so that a silent server is given up in time.
 * A source that wants to be left alone for longer than that is not asked again.
 * A job whose thread failed has one more attempt, in a fresh thread.
 *
 * @param failures what the attempts failed with so far, the last one last
 */
export function untilNextAttempt(
  failures: readonly FailedAttempt[],
  retries: number,
  random: number,
): number | undefined {
  const last = failures.at(-1)!;
  const count = failures.filter(({ kind }) => kind === last.kind).length;
  if (last.kind === 'thread' && count === 1) return 0;
  if (last.kind !== 'transient' || count > retries) return undefined;
  const wait = Math.max(
    retryWait(count, random) - last.idleSeconds,
    SHORTEST_WAIT_S,
    last.retryAfter ?? 0,
  );
  const passed = failures
    .filter(({ kind }) => kind !== 'awaiting data')
    .slice(1)
    .reduce((sum, { waited, idleSeconds }) => sum + waited + idleSeconds, 0);
  return passed + wait <= retries * PATIENCE_PER_RETRY_S ? wait : undefined;
}

/**
 * Seconds until the next attempt after a reply without data, which may still come: growing waits, the
 * last of which ends when `left` is over.
 *
 * @param failures what the attempts failed with so far
 * @param left seconds in which data may still come
 */
export function untilDataMayBeThere(
  failures: readonly FailedAttempt[],
  left: number,
  random: number,
): number {
  const count = failures.filter(({ kind }) => kind === 'awaiting data').length;
  return Math.min(retryWait(count, random), left);
}
