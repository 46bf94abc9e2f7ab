import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compilerOf, KERNELS } from '../../packaging/kernels.mjs';

const ROOT = new URL('../../', import.meta.url);

/** Compiles the kernels that specs of `src` load, where they are missing or older than their sources. */
export default function buildKernels(): void {
  for (const kernel of KERNELS) {
    const folder = new URL(`src/${kernel.folder}/`, ROOT);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const newest = Math.max(
      changed(new URL('asconfig.json', ROOT)),
      ...sources.map((name) => changed(new URL(name, folder))),
    );
    if (changed(new URL(kernel.file, folder)) > newest) continue;
    execFileSync(process.execPath, compilerOf(kernel), {
      cwd: fileURLToPath(ROOT),
      stdio: 'inherit',
    });
  }
}

/** When a file was changed, 0 where there is none. */
function changed(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
