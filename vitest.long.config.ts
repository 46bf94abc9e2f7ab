import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// Of these `npm test` tries a part (test/support/tries.ts).
const MANY_CASES = [
  'src/broker/delivery/{delivery-queue,kept-model}.spec.ts',
  'src/databuffer/json/{kernel,kernel.points,reply-property,reply-reader}.spec.ts',
  'src/databuffer/probe/{probe,probe.api4}.spec.ts',
  'src/hdf5/read/thread/file-reader.spec.ts',
  'test/api4.spec.ts',
];

/** What takes long: whatever fails or is killed, and what is tried in all its cases. Needs a build. */
export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' }, tsconfigFile: 'tsconfig.json' })],
  test: {
    name: 'long',
    include: ['test/long/**/*.spec.ts', 'src/**/*.long.spec.ts', ...MANY_CASES],
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
    provide: { triesAll: true },
    testTimeout: 180_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
