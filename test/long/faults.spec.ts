import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bundle } from '../../src/writer/bundle.fixture.js';
import { run } from '../faults/run.js';

it(
  'no accepted request is lost, whatever is killed and whatever fails',
  // It ends by what it does: a busy machine needs longer.
  { timeout: 600_000 },
  async () => {
    const dataApi = await bundle('../../test/faults/data-api-process.ts');
    const clock = await bundle('../../test/faults/stepping-clock.ts');
    try {
      const { violations, outcomes } = await run({
        ...{ seed: 5, requests: 60, minutes: 0.1, writers: 2 },
        main: resolve('dist/cli/main.js'),
        dataApi: fileURLToPath(dataApi.url),
        clock: fileURLToPath(clock.url),
        mount: true,
        keep: false,
        say: () => undefined,
      });
      expect(violations).toEqual([]);
      expect(outcomes).toHaveLength(60);
    } finally {
      dataApi.remove();
      clock.remove();
    }
  },
);
