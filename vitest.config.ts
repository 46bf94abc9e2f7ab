import { availableParallelism } from 'node:os';
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// swc emits the decorator metadata that Nest's dependency injection reads.
const plugins = [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })];

// Specs that replace a module of Node's, or break HDF5 for whoever uses it next, need module instances
// of their own; the others share them, which halves the time.
const ALONE = [
  'src/broker/http/own-names.spec.ts',
  'src/hdf5/disk-full.spec.ts',
  'src/hdf5/durability.spec.ts',
  'src/hdf5/layout/packed-disk-full.spec.ts',
  'src/hdf5/stale-files.spec.ts',
  'src/filesystem/unreachable-roots.spec.ts',
];

// npm run test:long has these.
const LONG = ['src/**/*.long.spec.ts', 'test/long/**'];

export default defineConfig({
  test: {
    globalSetup: [
      'test/support/own-temporary-folder.ts',
      'test/support/build-kernels.ts',
      'test/support/build-entries.ts',
    ],
    pool: 'forks',
    // Specs mostly wait for processes and sockets: one more than cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts', 'web/src/**/*.spec.ts'],
          exclude: [...ALONE, ...LONG],
          isolate: false,
          // Three times as long as the longest takes on a machine that does nothing else.
          testTimeout: 15_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      { plugins, test: { name: 'unit alone', include: ALONE } },
      {
        plugins,
        test: {
          name: 'processes',
          include: ['test/**/*.spec.ts'],
          exclude: ['test/browser/**', ...LONG],
          globalSetup: 'test/support/shared-simulator.ts',
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
