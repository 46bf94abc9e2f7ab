import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLEET, LEASE, Model, TestedQueue, commands } from './delivery-model.fixture.js';

describe('the delivery of requests', () => {
  it('is what the rules say, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.commands(commands(), { maxCommands: 120, size: 'max' }), (sequence) => {
        const model = new Model();
        const real = new TestedQueue();
        fc.modelRun(() => ({ model, real }), sequence);
        const isOpen = ({ where }: { where: string }) => where === 'waiting' || where === 'away';
        expect(real.queue.size).toBe(model.requests.filter(isOpen).length);
      }),
      { numRuns: 1000 },
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
        for (let round = 0; round < 30 && queue.size + queue.counts.healing > 0; round++) {
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
        expect(queue.size + queue.counts.healing).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
