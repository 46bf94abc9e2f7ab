import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// swc emits the decorator metadata that Nest's dependency injection reads.
const plugins = [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })];

export default defineConfig({
  test: {
    // What was unhandled in a test's code fails the run; nothing is retried.
    projects: [
      { plugins, test: { name: 'unit', include: ['src/**/*.spec.ts'], pool: 'forks' } },
      {
        plugins,
        test: {
          name: 'processes',
          include: ['test/**/*.spec.ts'],
          pool: 'forks',
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
