import type { FailureKind } from './job/job.js';

const FIRST_WAIT_S = 0.75;
const LONGEST_WAIT_S = 8;
/** However long the attempt before took: the server gets a moment. */
const SHORTEST_WAIT_S = 0.25;
/** Waits vary by this part, so that writers that failed together don't come back together. */
const JITTER = 0.2;

/**
 * How long to wait, in seconds, before the n-th retry, n from 1: about 0.75, 1.5, 3, 6, 8, 8, …
 * The first five are 23.1 s together at most, so that they end within half a minute.
 *
 * @param random between 0 and 1
 */
export function retryWait(retry: number, random: number): number {
  const wait = Math.min(FIRST_WAIT_S * 2 ** (retry - 1), LONGEST_WAIT_S);
  return wait * (1 + JITTER * (2 * random - 1));
}

/**
 * Seconds until the next attempt, or undefined when there is no use in another one.
 *
 * A transient failure has `retries` further attempts. A job whose thread failed has one more, in a
 * fresh thread.
 *
 * @param failures kinds of what the attempts failed with so far, the last one last
 * @param spent seconds that the last attempt took without receiving anything, as a connect that
 *   times out does; they count as waiting
 */
export function untilNextAttempt(
  failures: readonly FailureKind[],
  retries: number,
  random: number,
  spent = 0,
): number | undefined {
  const last = failures.at(-1);
  const count = failures.filter((kind) => kind === last).length;
  if (last === 'transient' && count <= retries) {
    return Math.max(retryWait(count, random) - spent, SHORTEST_WAIT_S);
  }
  if (last === 'thread' && count === 1) return 0;
  return undefined;
}

/**
 * Seconds until a request's data may be asked for: `delay` after the request was made, time already
 * passed counts. A timestamp that lies ahead, by another clock, makes nobody wait longer than that.
 *
 * @param timestamp seconds since the epoch
 * @param now seconds since the epoch
 */
export function untilRetrieval(timestamp: number, delay: number, now: number): number {
  return Math.min(Math.max(timestamp + delay - now, 0), delay);
}
