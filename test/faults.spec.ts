import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'rolldown';
import { expect, it } from 'vitest';
import { run } from './faults/run.js';

/** The data API for a process of its own. */
async function compiledDataApi(folder: string): Promise<string> {
  const file = join(folder, 'data-api.mjs');
  await build({
    input: resolve('test/faults/data-api-process.ts'),
    platform: 'node',
    external: /^[@a-z]/,
    output: { file },
  });
  return file;
}

it(
  'no accepted request is lost, whatever is killed and whatever fails',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(resolve('node_modules/.spec-'));
    try {
      const { violations, outcomes } = await run({
        ...{ seed: 5, requests: 60, minutes: 0.1, writers: 2 },
        main: resolve('dist/cli/main.js'),
        dataApi: await compiledDataApi(folder),
        mount: true,
        keep: false,
        say: () => undefined,
      });
      expect(violations).toEqual([]);
      expect(outcomes).toHaveLength(60);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
