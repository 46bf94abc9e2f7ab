import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const FOLDER = new URL('../../src/hdf5/read/thread/', import.meta.url);

/** Bundles the thread that reads files, for specs of `src`: a thread can't load what they load. */
export default async function buildReadingThread(): Promise<void> {
  const path = (name: string) => fileURLToPath(new URL(name, FOLDER));
  // Others that run specs in this folder at the same time must never see half of it.
  const file = path(`reading-thread.${process.pid}.js`);
  await build({
    input: path('reading-thread.ts'),
    platform: 'node',
    external: /^[@a-z]/,
    output: { file },
    logLevel: 'warn',
  });
  renameSync(file, path('reading-thread.js'));
}
