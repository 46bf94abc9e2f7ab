import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from 'rolldown';

const PACKAGES = /^[@a-z]/;

/** A module of these sources and what it imports as JavaScript, for threads and processes that specs start. */
export interface Bundle {
  readonly url: URL;
  remove(): void;
}

/** @param entry as seen from this file, e.g. `./threads/job-thread.ts` */
export async function bundle(entry: string): Promise<Bundle> {
  // Inside the project, so that packages are found from there.
  const folder = mkdtempSync(source('../../node_modules/.spec-'));
  chmodSync(folder, 0o755); // Processes of other users load from it, too.
  await build({
    input: source(entry),
    platform: 'node',
    external: PACKAGES,
    output: { file: join(folder, 'bundle.mjs') },
  });
  for (const kernel of ['json/kernel/kernel.wasm', 'api4/cbor/kernel/api4-kernel.wasm']) {
    const beside = kernel.split('/').slice(-2);
    cpSync(source(`../databuffer/${kernel}`), join(folder, ...beside));
  }
  const readingThread = 'reading-thread.js';
  cpSync(source(`../hdf5/read/thread/${readingThread}`), join(folder, readingThread));
  return {
    url: pathToFileURL(join(folder, 'bundle.mjs')),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function source(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
