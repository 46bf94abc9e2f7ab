import { describe, expect, it } from 'vitest';
import { ACCEPTED, type Delivery } from './delivery.js';
import type { DeliveryEvent, Unnamed } from './delivery-event.js';
import { patience } from './kept.js';
import { next } from './next-delivery.js';

const LEASE = 30;
const PATIENCE = patience(LEASE);
const sentAs = (attempt: number, now = 0) =>
  ({ type: 'sent', leaseEnds: now + PATIENCE, kept: true, attempt }) as const;
const named = (writer: string, attempt = 1, now = 0) =>
  ({ type: 'named', writer, attempt, state: 'writing', leaseEnds: now + LEASE }) as const;
const taken = (writer: string, attempt = 1, now = 0) =>
  ({ type: 'taken', writer, attempt, state: 'writing', leaseEnds: now + LEASE }) as const;
const tick = (now: number, unnamed: Unnamed = 'kept') =>
  ({ type: 'tick', now, lease: LEASE, unnamed }) as const;
const refused = (writer: string, attempt = 1) =>
  ({ type: 'refused', writer, attempt, notBefore: 9, leaseEnds: 99, keeps: true }) as const;
const gone = (writer: string) => ({ type: 'writer-gone', writer, leaseEnds: 500 }) as const;
const dead = (attempt = 1) => ({ type: 'dead-lettered', attempt, keeps: true }) as const;
const putBack = (attempt = 1) => ({ type: 'put-back', attempt, now: 7 }) as const;
const after = (...events: readonly DeliveryEvent[]) => events.reduce(next, ACCEPTED);

const KEPT = { state: 'sent', attempt: 1, leaseEnds: PATIENCE, kept: true };

describe('a request that its queue keeps', () => {
  it('is not sent again, however long nobody names it', () => {
    expect(after(sentAs(1), tick(1_000_000))).toEqual(KEPT);
  });

  it('stays the same attempt when its writer is silent, or is known to be gone', () => {
    const silent = after(sentAs(1), named('w'), tick(LEASE));
    expect(silent).toEqual({ ...KEPT, leaseEnds: LEASE + PATIENCE });
    expect(after(sentAs(1), named('w'), gone('w'))).toEqual({ ...KEPT, leaseEnds: 500 });
    expect(next(silent, named('other'))).toMatchObject({ holder: 'other', attempt: 1, kept: true });
    expect(after(sentAs(1), named('w'), gone('other'))).toMatchObject({ holder: 'w' });
  });

  it('is sent again where it was missing in the queue for long enough', () => {
    const delivery = after(sentAs(1));
    expect(next(delivery, tick(PATIENCE - 1, 'again'))).toBe(delivery);
    const again = next(delivery, tick(PATIENCE, 'again'));
    expect(again).toEqual({ state: 'queued', attempt: 1, mayBeHeld: true, sentInVain: 1 });
    // Missing once more, it waits longer.
    const second = next(again, sentAs(2));
    expect(next(second, tick(PATIENCE + LEASE - 1, 'again'))).toBe(second);
    expect(next(second, tick(PATIENCE + LEASE, 'again'))).toMatchObject({ state: 'queued' });
  });

  it('is kept also where a writer names it before that is confirmed', () => {
    expect(after(named('w'), sentAs(1))).toEqual({ ...after(sentAs(1), named('w')) });
  });

  it.each([
    ['given back', { type: 'returned', writer: 'w', attempt: 1, keeps: true } as const],
    ['refused', refused('w')],
    ['given up', dead()],
  ])('is sent again where it was %s before it was confirmed', (_, event) => {
    const back = next(ACCEPTED, event);
    expect(next(back, sentAs(1))).toBe(back);
    expect(next(back, sentAs(2))).toMatchObject({ state: 'sent', attempt: 2, kept: true });
  });

  it('is sent again when a writer gives it back', () => {
    expect(after(sentAs(1), refused('w'))).toEqual({
      ...{ state: 'queued', attempt: 0, refused: { times: 1, notBefore: 9 } },
    });
    const returned = { type: 'returned', writer: 'w', attempt: 1 } as const;
    expect(after(sentAs(1), named('w'), returned)).toEqual({ state: 'returned', attempt: 1 });
  });

  it('is only with its holder where another writer gives it back', () => {
    const delivery = after(sentAs(1), named('w'), refused('other'));
    expect(delivery).toEqual({ state: 'writing', attempt: 1, holder: 'w', leaseEnds: 99 });
    expect(next(delivery, tick(99))).toMatchObject({ state: 'queued', mayBeHeld: true });
  });

  it('is charged with the death of its writer, and left to the queue', () => {
    const died = { type: 'died', attempt: 1 } as const;
    const delivery = after(sentAs(1), named('w'), died);
    expect(delivery).toMatchObject({ state: 'writing', holder: 'w', kept: true, deaths: 1 });
    const often = after(sentAs(1), died, died, died, died, died);
    expect(often).toMatchObject({ state: 'sent', kept: true, deaths: 5 });
    expect(next(often, refused('w'))).toMatchObject({
      state: 'queued',
      givenUp: { isDeadly: true },
    });
  });
});

describe('a request that its writer took off the queue', () => {
  it('is held by the lease from then on', () => {
    const delivery = after(sentAs(1), named('w'), taken('w', 1, 10));
    expect(delivery).toEqual({ state: 'writing', attempt: 1, holder: 'w', leaseEnds: 10 + LEASE });
    expect(next(delivery, named('w', 1, 20))).toMatchObject({ leaseEnds: 20 + LEASE });
    expect(next(delivery, named('w', 1, 20)).kept).toBeUndefined();
    expect(next(delivery, tick(10 + LEASE))).toMatchObject({ state: 'queued', mayBeHeld: true });
    expect(next(delivery, gone('w'))).toMatchObject({ state: 'queued', mayBeHeld: true });
  });

  it('is not another one since it was sent again', () => {
    const sentAgain = after(sentAs(1), refused('w'), sentAs(1), refused('w'), sentAs(1));
    const second = next(next(sentAgain, { type: 'returned', writer: 'w', attempt: 1 }), sentAs(2));
    expect(next(second, taken('w', 1))).toBe(second);
  });
});

describe('a queue that has lost what it kept', () => {
  const lost = { type: 'queue-lost', leaseEnds: 70 } as const;

  it('has sent again what no writer holds, and the others held by their leases', () => {
    expect(after(sentAs(1), lost)).toEqual({ state: 'queued', attempt: 1, mayBeHeld: true });
    const held = after(sentAs(1), named('w'), lost);
    expect(held).toEqual({ state: 'writing', attempt: 1, holder: 'w', leaseEnds: 70 });
  });

  it('has nothing to do with what it did not keep', () => {
    const held = after(sentAs(1), taken('w'));
    expect(next(held, lost)).toBe(held);
    const waiting = after(sentAs(1), refused('w'));
    expect(next(waiting, lost)).toBe(waiting);
  });
});

describe('a dead letter', () => {
  it('is given up: one more sending leaves its error file, and it has failed for good', () => {
    const given = after(sentAs(1), dead());
    expect(given).toMatchObject({ state: 'queued', attempt: 1, givenUp: { isDeadLetter: true } });
    const failure = { faults: ['request'], passes: false } as const;
    const time = { now: 10, date: 1010, lease: LEASE, healFor: 60 };
    const left = {
      type: 'outcome',
      attempt: 2,
      state: 'failed',
      writer: 'w',
      failure,
      time,
    } as const;
    expect(next(next(given, sentAs(2)), left)).toEqual({ state: 'failed', attempt: 2 });
  });

  it('has failed where that sending ends in the same way', () => {
    const given = after(sentAs(1), dead(), sentAs(2));
    expect(next(given, dead(2))).toEqual({ state: 'failed', attempt: 2 });
  });

  it('is none where it was sent again since, or is settled', () => {
    const again = after(sentAs(1), { type: 'queue-lost', leaseEnds: 1 }, sentAs(2));
    expect(next(again, dead(1))).toBe(again);
    const written: Delivery = { state: 'written', attempt: 1 };
    expect(next(written, dead(1))).toBe(written);
  });
});

describe('a dead letter that was put back', () => {
  it('has a new attempt, whether its failure is told yet or not', () => {
    const failed: Delivery = { state: 'failed', attempt: 2 };
    expect(next(failed, putBack())).toEqual({ state: 'queued', attempt: 2 });
    expect(after(sentAs(1), dead(), putBack())).toEqual({ state: 'queued', attempt: 1 });
    const leaving = after(sentAs(1), dead(), sentAs(2));
    expect(next(leaving, putBack())).toEqual({ state: 'queued', attempt: 2 });
    // Before this broker heard that it was dead.
    expect(after(sentAs(1), putBack())).toEqual({ state: 'queued', attempt: 1 });
  });

  it('is tried at once where it heals', () => {
    const healing = { since: 0, failures: 1, faults: [], ends: 900, due: 60 } as const;
    const failed: Delivery = { state: 'failed', attempt: 1, healing };
    expect(next(failed, putBack())).toEqual({ ...failed, healing: { ...healing, due: 7 } });
  });

  it.each(['written', 'superseded', 'skipped', 'recorded'] as const)(
    'stays what it is where it is %s',
    (state) => {
      const settled: Delivery = { state, attempt: 1 };
      expect(next(settled, putBack())).toBe(settled);
    },
  );

  it('stays under way where it was sent again since', () => {
    const again = after(sentAs(1), { type: 'queue-lost', leaseEnds: 1 }, sentAs(2));
    expect(next(again, putBack(1))).toBe(again);
  });
});
