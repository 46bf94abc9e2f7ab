import { describe, expect, it } from 'vitest';
import { WRITE_STATES, type WriteState } from '../../rows/write-report.js';
import { type DeliveryEvent, next } from './delivery.js';

describe('a settled request', () => {
  const outcome = (state: WriteState, attempt = 1): DeliveryEvent => ({
    type: 'outcome',
    attempt,
    state,
  });

  it('that is written stays so', () => {
    const written = { state: 'written', attempt: 2 } as const;
    for (const state of WRITE_STATES) expect(next(written, outcome(state))).toBe(written);
  });

  it('that failed is written when a late attempt wrote it, and stays failed else', () => {
    const failed = { state: 'failed', attempt: 2 } as const;
    expect(next(failed, outcome('written'))).toEqual({ state: 'written', attempt: 1 });
    expect(next(failed, outcome('superseded'))).toBe(failed);
  });

  it('that is unconfirmed becomes what is known of it', () => {
    const unconfirmed = { state: 'unconfirmed', attempt: 1 } as const;
    for (const state of WRITE_STATES) {
      expect(next(unconfirmed, outcome(state)).state).toBe(state);
    }
  });

  it('is not moved by anything but an outcome', () => {
    const failed = { state: 'failed', attempt: 1 } as const;
    const events: DeliveryEvent[] = [
      { type: 'sent', leaseEnds: 1 },
      { type: 'named', writer: 'w1', attempt: 1, state: 'writing', leaseEnds: 1 },
      { type: 'returned', writer: 'w1', attempt: 1 },
      { type: 'writer-gone', writer: 'w1' },
      { type: 'tick', now: 99, silentWriters: true },
    ];
    for (const event of events) expect(next(failed, event)).toBe(failed);
  });
});
