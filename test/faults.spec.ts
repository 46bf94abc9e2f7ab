import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { run } from './faults/run.js';

/** The data API for a process of its own. */
async function compiledDataApi(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve('test/faults/data-api-process.ts'),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'data-api.mjs' } },
    },
  });
  return join(folder, 'data-api.mjs');
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
