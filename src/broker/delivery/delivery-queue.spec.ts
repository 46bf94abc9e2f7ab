import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands, LEASE, Model } from './delivery-model.fixture.js';
import { DeliveryQueue } from './delivery-queue.js';

describe('the delivery of requests', () => {
  it('is what the table says, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.commands(commands(), { maxCommands: 60 }), (sequence) => {
        const model = new Model();
        const queue = new DeliveryQueue();
        fc.modelRun(() => ({ model, real: queue }), sequence);
        const open = model.requests.filter(({ where }) => where !== 'settled');
        expect(queue.size).toBe(open.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('ends: whatever happened, one writer that works off what it gets leaves nothing', () => {
    fc.assert(
      fc.property(fc.commands(commands(), { maxCommands: 40 }), (sequence) => {
        const model = new Model();
        const queue = new DeliveryQueue();
        fc.modelRun(() => ({ model, real: queue }), sequence);
        const order: string[] = [];
        const later = model.now + 11 * LEASE;
        queue.applyToAll({ type: 'tick', now: later, lease: LEASE, unnamed: 'again' });
        for (let id = queue.nextToSend(2); id !== undefined; id = queue.nextToSend(2)) {
          const sent = queue.apply(id, { type: 'sent', leaseEnds: Infinity })!;
          queue.apply(id, { type: 'outcome', attempt: sent.after.attempt, state: 'written' });
          order.push(id);
        }
        expect(queue.size).toBe(0);
        const sameFile = order.map((id) => model.requests.find((each) => each.id === id)!);
        for (const file of ['/a', '/b']) {
          const numbers = sameFile
            .filter((each) => each.file === file)
            .map(({ id }) => Number(id.slice(1)));
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
