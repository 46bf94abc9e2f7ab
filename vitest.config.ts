import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// swc emits the decorator metadata that Nest's dependency injection reads.
const plugins = [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })];

// Specs that replace a module of Node's need module instances of their own; the others share them,
// which halves the time.
const REPLACING_MODULES = ['src/hdf5/durability.spec.ts', 'src/broker/http/own-names.spec.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts'],
          exclude: REPLACING_MODULES,
          isolate: false,
        },
      },
      { plugins, test: { name: 'unit alone', include: REPLACING_MODULES } },
      {
        plugins,
        test: {
          name: 'processes',
          include: ['test/**/*.spec.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
