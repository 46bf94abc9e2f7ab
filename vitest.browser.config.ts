import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** The page in a real browser, with real services behind it. Needs a build. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })],
  test: {
    name: 'browser',
    include: ['test/browser/**/*.spec.ts'],
    globalSetup: [
      'test/support/own-temporary-folder.ts',
      'test/support/shared-simulator.ts',
      'test/browser/support/shared-browser.ts',
    ],
    pool: 'forks',
    // A browser keeps two cores busy by itself.
    maxWorkers: 1,
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
