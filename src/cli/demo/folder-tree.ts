import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** A run's folder with all that is in it, a line each. */
export async function folderTree(folder: string): Promise<string> {
  return treeOf(folder, await filesIn(folder));
}

/** The files of a run among those of others. @param raw the pgroup's raw folder */
export async function flatTree(raw: string, run: string): Promise<string> {
  const beginning = `run_${run.padStart(6, '0')}.`;
  const files = await filesIn(raw);
  return treeOf(
    raw,
    files.filter((file) => basename(file).startsWith(beginning)),
  );
}

/** Paths from the folder, sorted. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function treeOf(folder: string, files: readonly string[]): string {
  const shown = new Set<string>();
  const lines = files.flatMap((file) => [
    ...parentsOf(file).flatMap((parent) => {
      if (shown.has(parent)) return [];
      shown.add(parent);
      return [lineOf(`${parent}/`)];
    }),
    lineOf(file),
  ]);
  return [`${join(basename(dirname(folder)), basename(folder))}/`, ...lines].join('\n');
}

/** `a/b/c` has `a` and `a/b`. */
function parentsOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function lineOf(path: string): string {
  const depth = path.replace(/\/$/, '').split('/').length;
  return `${'  '.repeat(depth)}${basename(path)}${path.endsWith('/') ? '/' : ''}`;
}
