import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../test/support/tries.js';
import { KeptModel, WRITERS } from './kept-model.fixture.js';

type Step = readonly [name: string, act: (model: KeptModel) => unknown];

const always: Step[] = [
  ['add', (model) => model.add()],
  ['send', (model) => model.send()],
  ['restart', (model) => model.restart()],
  ['a second', (model) => model.pass(1)],
  ['long', (model) => model.pass(500)],
  ...WRITERS.flatMap((writer): Step[] => [
    [`${writer} takes one`, (model) => model.handOut(writer)],
    [`${writer} is done`, (model) => model.finish(writer)],
    [`${writer} takes one off`, (model) => model.takeOff(writer)],
    [`${writer} gives one back`, (model) => model.giveBack(writer)],
    [`${writer} dies`, (model) => model.die(writer)],
    [`${writer} rejects one`, (model) => model.reject(writer)],
  ]),
];
const rarely: Step[] = [
  ['send, and be killed', (model) => model.send(false)],
  ['return dead letters', (model) => model.returnDead()],
  ...WRITERS.map((writer): Step => [`${writer} is cut off`, (model) => model.cut(writer)]),
  ['purge', (model) => model.purge()],
  ['lose', (model) => model.lose()],
  ['silence', (model) => model.pass(500, false)],
];

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...always) },
    { weight: 1, arbitrary: fc.constantFrom(...rarely) },
  ),
  { maxLength: 150, size: 'max' },
);

// A busy machine needs longer.
describe('requests that their queue keeps', { timeout: 60_000 }, () => {
  it('are lost by nobody, and sent twice only where the queue or the broker was struck', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const model = new KeptModel();
        for (const [, act] of sequence) {
          act(model);
          expect(model.misplaced()).toEqual([]);
        }
        expect(model.drain()).toEqual([]);
      }),
      { numRuns: casesOf(1000) },
    );
  });
});
