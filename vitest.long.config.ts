import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** What takes long: whatever fails or is killed, and what is tried in all its cases. Needs a build. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })],
  test: {
    name: 'long',
    include: ['test/long/**/*.spec.ts', 'src/**/*.long.spec.ts'],
    globalSetup: [
      'test/support/own-temporary-folder.ts',
      'test/support/build-kernels.ts',
      'test/support/build-entries.ts',
      'test/support/shared-simulator.ts',
    ],
    pool: 'forks',
    // Each keeps all cores busy by itself.
    maxWorkers: 1,
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
