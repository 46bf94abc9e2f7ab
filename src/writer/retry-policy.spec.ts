import { describe, expect, it } from 'vitest';
import { retryWait, untilNextAttempt, untilRetrieval } from './retry-policy.js';

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

describe('untilNextAttempt', () => {
  it('tries a transient failure again as often as it is told', () => {
    expect(untilNextAttempt(['transient'], 2, 0.5)).toBe(0.75);
    expect(untilNextAttempt(['transient', 'transient'], 2, 0.5)).toBe(1.5);
    expect(untilNextAttempt(['transient', 'transient', 'transient'], 2, 0.5)).toBeUndefined();
    expect(untilNextAttempt(['transient'], 0, 0.5)).toBeUndefined();
  });

  it('counts an attempt that received nothing as waiting, but never hurries', () => {
    expect(untilNextAttempt(['transient', 'transient', 'transient'], 5, 0.5, 2)).toBe(1);
    expect(untilNextAttempt(['transient'], 5, 0.5, 300)).toBe(0.25);
  });

  it('ends within half a minute where every connect times out after 3 s', () => {
    let elapsed = 3;
    for (let failed = 1; failed <= 5; failed++) {
      elapsed +=
        untilNextAttempt(
          Array.from({ length: failed }, () => 'transient'),
          5,
          1,
          3,
        )! + 3;
    }
    expect(elapsed).toBeLessThan(30);
  });

  it('gives a lost thread’s job one more chance, whatever the retries', () => {
    expect(untilNextAttempt(['thread'], 0, 0.5)).toBe(0);
    expect(untilNextAttempt(['transient', 'thread'], 5, 0.5)).toBe(0);
    expect(untilNextAttempt(['thread', 'thread'], 5, 0.5)).toBeUndefined();
    expect(untilNextAttempt(['thread', 'transient', 'thread'], 5, 0.5)).toBeUndefined();
  });

  it('never tries a permanent failure again', () => {
    expect(untilNextAttempt(['permanent'], 5, 0.5)).toBeUndefined();
    expect(untilNextAttempt(['transient', 'permanent'], 5, 0.5)).toBeUndefined();
  });
});

describe('untilRetrieval', () => {
  it.each([
    ['just made', 1000, 10, 1000, 10],
    ['time already passed counts', 1000, 10, 1004, 6],
    ['long ago', 1000, 10, 5000, 0],
    ['no delay', 1000, 0, 900, 0],
    ['made by a clock that is ahead', 1_600_000, 10, 1000, 10],
  ])('%s', (_case, timestamp, delay, now, expected) => {
    expect(untilRetrieval(timestamp, delay, now)).toBe(expected);
  });
});
