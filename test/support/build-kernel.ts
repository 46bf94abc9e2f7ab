import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
const KERNEL = new URL('src/databuffer/json/kernel/', ROOT);

/** Compiles the kernel that specs of `src` load, where it is missing or older than its sources. */
export default function buildKernel(): void {
  const sources = readdirSync(KERNEL).filter((name) => name.endsWith('.ts'));
  const newest = Math.max(
    changed(new URL('asconfig.json', ROOT)),
    ...sources.map((name) => changed(new URL(name, KERNEL))),
  );
  if (changed(new URL('kernel.wasm', KERNEL)) > newest) return;
  execFileSync('npm', ['run', '--silent', 'build:kernel'], {
    cwd: fileURLToPath(ROOT),
    stdio: 'inherit',
  });
}

/** When a file was changed, 0 where there is none. */
function changed(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
