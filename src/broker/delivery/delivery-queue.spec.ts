import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../test/support/tries.js';
import { ACCEPTED } from './delivery.js';
import { FLEET, LEASE, Model, TestedQueue, commands } from './delivery-model.fixture.js';
import { Fleet } from './fleet.js';
import { handlingFor } from './handling-for.js';

// A busy machine needs longer.
describe('the delivery of requests', { timeout: 60_000 }, () => {
  it('is what the rules say, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.commands(commands(), { maxCommands: 120, size: 'max' }), (sequence) => {
        const model = new Model();
        const real = new TestedQueue();
        fc.modelRun(() => ({ model, real }), sequence);
        const isOpen = ({ where }: { where: string }) => where === 'waiting' || where === 'away';
        expect(real.queue.overview.size).toBe(model.requests.filter(isOpen).length);
      }),
      { numRuns: casesOf(1000) },
    );
  });

  it('ends: whatever happened, two writers that work off what they get leave nothing', () => {
    fc.assert(
      fc.property(fc.commands(commands(), { maxCommands: 80, size: 'max' }), (sequence) => {
        const model = new Model();
        const real = new TestedQueue();
        fc.modelRun(() => ({ model, real }), sequence);
        const { queue } = real;
        // All that is on its way comes to nothing; what failed is due, and every place can be tried.
        let { now } = model;
        for (let round = 0; round < 30 && queue.overview.size + queue.counts.healing > 0; round++) {
          now += 1000;
          queue.applyToAll({ type: 'tick', now, lease: LEASE, unnamed: 'again' }, now);
          queue.wakeDue(now);
          for (let id = real.nextToSend(FLEET, now); id; id = real.nextToSend(FLEET, now)) {
            const [sent] = real.apply(id, { type: 'sent', leaseEnds: Infinity }, now);
            const { attempt } = sent.after;
            const request = real.request(id);
            for (const place of queue.down) queue.placeCameThrough(place.place);
            real.apply(id, { type: 'outcome', attempt, state: 'written' }, now);
            expect(queue.has(request)).toBe(false);
          }
        }
        expect(queue.overview.size + queue.counts.healing).toBe(0);
      }),
      { numRuns: casesOf(300) },
    );
  });
});

describe('a request of which only the error file is to be left', () => {
  it('is tried once more where all writers are of releases that leave it by themselves', () => {
    const real = new TestedQueue();
    const givenUp = { faults: ['source', 'writer'], passes: true } as const;
    real.add('given up', '/x/a.h5', 'live', { state: 'queued', attempt: 1, givenUp });
    const old = { name: 'old', concurrency: 1, heeds: false, isQuarantined: false };
    expect(real.nextToSend([], 0)).toBeUndefined();
    expect(real.nextToSend([{ ...FLEET[0], isQuarantined: true }, old], 0)).toBeUndefined();
    expect(real.nextToSend([old], 0)).toBe('given up');
  });
});

describe('a folder in which jobs make no progress', () => {
  it('gets nothing more, live requests that are new neither, until the one that hangs there ends', () => {
    const real = new TestedQueue();
    const { queue } = real;
    const send = (now: number) => {
      const id = real.nextToSend(FLEET, now);
      if (id !== undefined) real.apply(id, { type: 'sent', leaseEnds: Infinity }, now);
      return id;
    };
    real.add('hung', '/x/a.h5', 'live');
    real.add('before', '/x/b.h5', 'background');
    expect(send(0)).toBe('hung');
    queue.placeHangs('folder /x', real.request('hung'), 600);
    real.add('after', '/x/c.h5', 'live');
    real.add('elsewhere', '/y/a.h5', 'live');
    expect(send(600)).toBe('elsewhere');
    expect(send(9000)).toBeUndefined();
    expect(real.isBlocked('after')).toBe(true);

    // Its writer was ended: others find out, one at a time.
    real.apply('hung', { type: 'returned', writer: 'w1', attempt: 1 }, 9000);
    expect(send(9001)).toBeUndefined();
    expect(send(9010)).toBe('before');
    expect(send(9999)).toBeUndefined();
    queue.placeCameThrough('folder /x');
    expect(new Set([send(9999), send(9999)])).toEqual(new Set(['after', 'hung']));
  });
});

describe('how a request is carried out', () => {
  const rules = { window: () => Infinity, tellsWhenDone: true, allReport: true, keepsOrder: false };

  it('leaves it to another writer to try it, where there is one or may be after a restart', () => {
    const [alone, two] = [FLEET.slice(0, 1), FLEET.slice(0, 2)];
    const others = { others: true };
    expect(handlingFor(ACCEPTED, new Fleet(two, rules), false)).toMatchObject(others);
    expect(handlingFor(ACCEPTED, new Fleet(alone, rules), false)).not.toMatchObject(others);
    const mayGrow = new Fleet(alone, { ...rules, mayGrow: true });
    expect(handlingFor(ACCEPTED, mayGrow, false)).toMatchObject(others);
    expect(handlingFor(ACCEPTED, mayGrow, true)).not.toMatchObject(others);
  });
});

describe('requests, while some peers do not report', () => {
  const fleet = new Fleet(FLEET, {
    window: () => Infinity,
    tellsWhenDone: true,
    allReport: false,
    keepsOrder: true,
  });
  const due = { since: 0, failures: 1, faults: [], ends: 9000, due: 60 };

  it('go in the order of the trail, and what failed once it is due, after them', () => {
    const real = new TestedQueue();
    real.add('failed', '/x/a.h5', 'live', { state: 'failed', attempt: 1, healing: due });
    real.add('background', '/x/b.h5', 'background');
    real.add('live', '/x/c.h5', 'live');
    const sent: (string | undefined)[] = [];
    for (const now of [59, 59, 59, 60, 60]) {
      real.queue.wakeDue(now);
      const next = real.queue.nextToSend(fleet, now);
      if (next) real.apply(next.id, { type: 'sent', leaseEnds: Infinity }, now);
      sent.push(next?.id);
    }
    expect(sent).toEqual(['background', 'live', undefined, 'failed', undefined]);
  });

  it('are carried out as by writers of releases before, unless something befell them', () => {
    expect(handlingFor(ACCEPTED, fleet, false)).toBeUndefined();
    const failed = { state: 'failed', attempt: 1, healing: due } as const;
    expect(handlingFor(failed, fleet, false)).toMatchObject({ healing: true });
    expect(handlingFor({ ...ACCEPTED, triedBy: ['w1'] }, fleet, false)).toMatchObject({
      tried_by: ['w1'],
    });
  });
});
