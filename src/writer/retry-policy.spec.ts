import { describe, expect, it } from 'vitest';
import type { FailureKind } from './job/job.js';
import {
  type FailedAttempt,
  retryWait,
  untilDataMayBeThere,
  untilNextAttempt,
} from './retry-policy.js';

describe('retryWait', () => {
  it('grows up to a limit and varies', () => {
    const waits = [1, 2, 3, 4, 5, 6, 50].map((retry) => retryWait(retry, 0.5));
    expect(waits).toEqual([0.75, 1.5, 3, 6, 8, 8, 8]);
    expect(retryWait(3, 0)).toBeLessThan(retryWait(3, 1));
  });

  it('lets five retries end within half a minute, however the dice fall', () => {
    const together = [1, 2, 3, 4, 5].reduce((sum, retry) => sum + retryWait(retry, 1), 0);
    expect(together).toBeLessThan(25);
  });
});

function failed(...kinds: FailureKind[]): FailedAttempt[] {
  return kinds.map((kind) => ({ kind, waited: 0, idleSeconds: 0 }));
}

describe('untilNextAttempt', () => {
  it('tries a transient failure again as often as it is told', () => {
    expect(untilNextAttempt(failed('transient'), 2, 0.5)).toBe(0.75);
    expect(untilNextAttempt(failed('transient', 'transient'), 2, 0.5)).toBe(1.5);
    expect(untilNextAttempt(failed('transient', 'transient', 'transient'), 2, 0.5)).toBe(undefined);
    expect(untilNextAttempt(failed('transient'), 0, 0.5)).toBeUndefined();
  });

  it('counts an attempt that received nothing as waiting, but never hurries', () => {
    const idle = { kind: 'transient', waited: 0, idleSeconds: 2 } as const;
    expect(untilNextAttempt([idle, idle, idle], 5, 0.5)).toBe(1);
    expect(untilNextAttempt([{ ...idle, idleSeconds: 300 }], 5, 0.5)).toBe(0.25);
  });

  it.each([
    ['connects time out after 3 s', 3, 6],
    ['the server says nothing for 60 s', 60, 2],
    ['everything fails at once', 0, 6],
  ])('lets the last retry begin within half a minute where %s', (_case, seconds, attempts) => {
    const failures: FailedAttempt[] = [];
    let [waited, sinceFirst]: [number | undefined, number] = [0, 0];
    while (waited !== undefined) {
      sinceFirst += failures.length === 0 ? 0 : waited;
      expect(sinceFirst).toBeLessThan(30);
      failures.push({ kind: 'transient', waited, idleSeconds: seconds });
      if (failures.length > 1) sinceFirst += seconds;
      waited = untilNextAttempt(failures, 5, 1);
    }
    expect(failures).toHaveLength(attempts);
  });

  it('gives a lost thread’s job one more chance, whatever the retries', () => {
    expect(untilNextAttempt(failed('thread'), 0, 0.5)).toBe(0);
    expect(untilNextAttempt(failed('transient', 'thread'), 5, 0.5)).toBe(0);
    expect(untilNextAttempt(failed('thread', 'thread'), 5, 0.5)).toBeUndefined();
    expect(untilNextAttempt(failed('thread', 'transient', 'thread'), 5, 0.5)).toBeUndefined();
  });

  it('waits as long as the source wants to be left alone, if that is not too long', () => {
    const resting = (retryAfter: number) => [{ ...failed('transient')[0], retryAfter }];
    expect(untilNextAttempt(resting(0), 5, 0.5)).toBe(0.75);
    expect(untilNextAttempt(resting(12), 5, 0.5)).toBe(12);
    expect(untilNextAttempt(resting(31), 5, 0.5)).toBeUndefined();
    expect(untilNextAttempt(resting(12), 1, 0.5)).toBeUndefined();
  });

  it('never tries a permanent failure again', () => {
    expect(untilNextAttempt(failed('permanent'), 5, 0.5)).toBeUndefined();
    expect(untilNextAttempt(failed('transient', 'permanent'), 5, 0.5)).toBeUndefined();
  });
});

describe('untilDataMayBeThere', () => {
  it('waits longer each time, and comes once more when the time is over', () => {
    expect(untilDataMayBeThere(failed('awaiting data'), 60, 0.5)).toBe(0.75);
    expect(untilDataMayBeThere(failed('transient', 'awaiting data'), 60, 0.5)).toBe(0.75);
    expect(untilDataMayBeThere(failed('awaiting data', 'awaiting data'), 60, 0.5)).toBe(1.5);
    expect(untilDataMayBeThere(failed('awaiting data'), 0.2, 0.5)).toBe(0.2);
  });

  it('takes nothing from the patience with transient failures', () => {
    const waiting = { kind: 'awaiting data', waited: 8, idleSeconds: 0 } as const;
    const waits = Array.from({ length: 20 }, (): FailedAttempt => ({ ...waiting }));
    const failures = [...waits, ...failed('transient')];
    expect(untilNextAttempt(failures, 1, 0.5)).toBe(0.75);
  });
});
