import { describe, expect, it } from 'vitest';
import { WRITE_STATES, type WriteState } from '../../report/write-report.js';
import { ACCEPTED, isWaiting } from './delivery.js';
import type { DeliveryEvent } from './delivery-event.js';
import { next } from './next-delivery.js';

describe('a request that nobody ever names', () => {
  it('is sent again for as long as it takes, with waits that grow to ten leases', () => {
    const lease = 3;
    let delivery = ACCEPTED;
    const waits: number[] = [];
    for (let now = 0, sent = 0; waits.length < 7; now++) {
      if (isWaiting(delivery)) {
        if (delivery.attempt > 0) waits.push((now - sent) / lease);
        delivery = next(delivery, { type: 'sent', leaseEnds: now + lease });
        sent = now;
      }
      delivery = next(delivery, { type: 'tick', now: now + 1, lease, unnamed: 'again' });
    }
    expect(waits).toEqual([1, 2, 4, 8, 10, 10, 10]);
  });

  it('has done with growing waits as soon as somebody names it', () => {
    const overdue = { state: 'sent', attempt: 3, leaseEnds: 1, sentInVain: 2 } as const;
    const tick = { type: 'tick', now: 2, lease: 1, unnamed: 'again' } as const;
    expect(next(overdue, tick)).toMatchObject({ state: 'sent', waitsFor: 'growing_wait' });
    const named = {
      type: 'named',
      writer: 'w',
      attempt: 3,
      state: 'received',
      leaseEnds: 4,
    } as const;
    expect(next(next(overdue, tick), named)).toEqual({
      state: 'received',
      attempt: 3,
      holder: 'w',
      leaseEnds: 4,
    });
  });
});

describe('a failure that may be the writer’s own', () => {
  const failure = { faults: ['source', 'writer'], passes: true } as const;
  const time = { now: 10, date: 1010, lease: 3, healFor: 60 };
  const outcome = {
    type: 'outcome',
    attempt: 2,
    state: 'failed',
    writer: 'w',
    failure,
    time,
  } as const;
  /** As a broker knows it that was restarted after it had sent the request. */
  const resumed = { state: 'sent', attempt: 2, leaseEnds: 12 } as const;

  it('does not count where the writer left no error file for another one to try it', () => {
    expect(next(resumed, { ...outcome, isForAnother: true })).toMatchObject({
      ...{ state: 'queued', attempt: 2, triedBy: ['w'], undecided: { until: 13, failure } },
    });
  });

  it('counts where it left one', () => {
    expect(next(resumed, { ...outcome, isForAnother: false })).toMatchObject({
      ...{ state: 'failed', healing: { failures: 1 } },
    });
  });
});

describe('a request that made no progress at its writer', () => {
  const sent = { type: 'sent', leaseEnds: 30 } as const;
  const named = (attempt: number, writer = 'w') =>
    ({ type: 'named', writer, attempt, state: 'writing', leaseEnds: 60 }) as const;
  const after = (...events: readonly DeliveryEvent[]) => events.reduce(next, ACCEPTED);
  const stalled = (elsewhere: boolean) => ({ type: 'stalled', writer: 'w', elsewhere }) as const;

  it('is not with that writer any more once another one is to try it', () => {
    const delivery = after(sent, named(1), stalled(true));
    expect(next(delivery, named(1))).toBe(delivery);
    expect(next(delivery, named(1, 'other'))).toMatchObject({ holder: 'other' });
  });

  it('is with it again where no other could try it, and its heartbeats come back', () => {
    const gone = { type: 'writer-gone', writer: 'w' } as const;
    expect(after(sent, named(1), stalled(false), gone, named(1))).toMatchObject({ holder: 'w' });
  });

  it('is with it again where it failed there, and is tried once more', () => {
    const time = { now: 10, date: 1010, lease: 3, healFor: 60 };
    const failure = { faults: ['source'], passes: true } as const;
    const failed = { type: 'outcome', attempt: 1, state: 'failed', failure, time } as const;
    expect(after(sent, named(1), stalled(false), failed, sent, named(2))).toMatchObject({
      ...{ state: 'writing', holder: 'w', attempt: 2 },
    });
  });
});

describe('a failure for good that may be of one writer alone', () => {
  const time = { now: 10, date: 1010, lease: 3, healFor: 60 };
  const passing = { faults: ['source', 'writer'], passes: true } as const;
  const ofOne = { faults: ['request', 'writer'], passes: false } as const;
  const sent = { state: 'sent', attempt: 2, leaseEnds: 12, others: true } as const;
  const failed = (failure: typeof passing | typeof ofOne) =>
    ({ type: 'outcome', attempt: 2, state: 'failed', writer: 'w', failure, time }) as const;
  const tick = { type: 'tick', now: 13, lease: 3, unnamed: 'again' } as const;

  it('does not hide that another writer had one that passes', () => {
    const undecided = { until: 11, failure: passing };
    expect(next({ ...sent, undecided }, failed(ofOne)).undecided?.failure).toBe(passing);
    expect(next({ ...sent, others: false, undecided }, failed(ofOne)).healing).toBeDefined();
  });

  it('is not the end where no other writer could try it in time', () => {
    const givenUp = next(next(sent, failed(ofOne)), tick);
    expect(givenUp.givenUp).toMatchObject({ passes: true });
    const left = next({ ...givenUp, state: 'sent', attempt: 3 }, { ...failed(ofOne), attempt: 3 });
    expect(left).toMatchObject({ state: 'failed', healing: { failures: 1 } });
  });

  it('is the end where it is the last writer’s', () => {
    expect(next({ ...sent, others: false }, failed(ofOne))).toEqual({
      state: 'failed',
      attempt: 2,
    });
  });
});

describe('a request that heals', () => {
  const failed = (attempt: number, now: number, date: number): DeliveryEvent => ({
    ...{ type: 'outcome', attempt, state: 'failed', failure: { faults: ['source'], passes: true } },
    time: { now, date, lease: 3, healFor: 3600 },
  });
  const sent = { type: 'sent', leaseEnds: 0 } as const;

  it('is tried again for as long as it was told, wherever the clock of the machine is set', () => {
    const first = next(next(ACCEPTED, sent), failed(1, 10, 0));
    const aYearLater = next(next(first, sent), failed(2, 100, 31_536_000));
    expect(aYearLater).toMatchObject({ state: 'failed', healing: { since: 0, failures: 2 } });
    const late = next(next(aYearLater, sent), failed(3, 3610, 0));
    expect(late).toEqual({ state: 'failed', attempt: 3 });
  });
});

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

  it('that is written is sent again when an older one overwrote its file', () => {
    const written = { state: 'written', attempt: 2 } as const;
    expect(next(written, { type: 'overwritten' })).toEqual({ state: 'queued', attempt: 2 });
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
      { type: 'tick', now: 99, lease: 1, unnamed: 'unconfirmed' },
      { type: 'overwritten' },
    ];
    for (const event of events) expect(next(failed, event)).toBe(failed);
  });
});
