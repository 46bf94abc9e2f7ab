import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands, LEASE, Model, TestedQueue } from './delivery-model.fixture.js';

describe('the delivery of requests', () => {
  it('is what the table says, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.commands(commands(), { maxCommands: 60 }), (sequence) => {
        const model = new Model();
        const queue = new TestedQueue();
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
        const queue = new TestedQueue();
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
        // In the order in which they came; one whose file was overwritten came last.
        for (const file of ['/a', '/b']) {
          const sameFile = model.requests.filter((each) => each.file === file);
          const places = order
            .map((id) => sameFile.findIndex((each) => each.id === id))
            .filter((place) => place >= 0);
          expect(places).toEqual(places.toSorted((x, y) => x - y));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
