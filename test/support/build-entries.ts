import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const SRC = new URL('../../src/', import.meta.url);

const ENTRIES = [
  'hdf5/read/thread/reading-thread',
  'viewer/child/viewing-child',
  'viewer/child/parent-watch-thread',
];

/**
 * Bundles the threads and processes that read files, for specs of `src`: these can't load what specs
 * load.
 */
export default async function buildEntries(): Promise<void> {
  await Promise.all(ENTRIES.map(buildEntry));
}

async function buildEntry(entry: string): Promise<void> {
  const path = (ending: string) => fileURLToPath(new URL(`${entry}${ending}`, SRC));
  // Others that run specs in this folder at the same time must never see half of it.
  const file = path(`.${process.pid}.js`);
  await build({
    input: path('.ts'),
    platform: 'node',
    external: /^[@a-z]/,
    output: { file },
    logLevel: 'warn',
  });
  renameSync(file, path('.js'));
}
