import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BoundedTasks } from './bounded-tasks.js';

it('runs so many at once, in order, also where some fail', async () => {
  const tasks = new BoundedTasks(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    [0, 1, 2, 3, 4, 5].map((each) =>
      tasks.run(async () => {
        begun.push(each);
        most = Math.max(most, ++running);
        await turn();
        running--;
        if (each % 3 === 0) throw new Error('no');
        return each;
      }),
    ),
  );
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
    [0, 1, 2, 3, 4, 5].map((each) => each % 3 !== 0),
  );
});
