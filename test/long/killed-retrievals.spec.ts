import { expect, it } from 'vitest';
import { killedWithoutLoss } from '../support/killed-retrievals.js';

it.each(['run', 'flat'] as const)(
  'a broker that is killed after any step of a retrieval loses nothing, in layout %s',
  async (layout) => {
    expect(await killedWithoutLoss(layout, 1)).toBeGreaterThan(12);
  },
);
