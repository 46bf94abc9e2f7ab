import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** What takes long with real processes: everything at once that can fail. Needs a build. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })],
  test: {
    name: 'long',
    include: ['test/long/**/*.spec.ts'],
    globalSetup: [
      'test/support/own-temporary-folder.ts',
      'test/support/build-entries.ts',
      'test/support/shared-simulator.ts',
    ],
    pool: 'forks',
    // Each keeps all cores busy by itself.
    maxWorkers: 1,
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
