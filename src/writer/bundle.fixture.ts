import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from 'vite';

/** A module of these sources and what it imports as JavaScript, for threads and processes that specs start. */
export interface Bundle {
  readonly url: URL;
  remove(): void;
}

/** @param entry beside this file, e.g. `./threads/job-thread.ts` */
export async function bundle(entry: string): Promise<Bundle> {
  // Inside the project, so that packages are found from there.
  const folder = mkdtempSync(fileURLToPath(new URL('../../node_modules/.spec-', import.meta.url)));
  chmodSync(folder, 0o755); // Processes of other users load from it, too.
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL(entry, import.meta.url)),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'bundle.mjs' } },
    },
  });
  return {
    url: pathToFileURL(join(folder, 'bundle.mjs')),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
