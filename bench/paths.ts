import { fileURLToPath } from 'node:url';

// This file runs as bench/dist/bench/paths.js.
const ROOT = new URL('../../../', import.meta.url);

/** A file of the project. */
export function inProject(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

/** A compiled module of the benchmark. */
export function compiled(name: string): string {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}
