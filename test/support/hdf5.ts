import { existsSync } from 'node:fs';
import { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import { inspectFile, readDataset } from '../../src/hdf5/read/inspect.js';
import { poll } from './poll.js';

/** Values of a dataset; waits for the file, which appears whole. */
export async function valuesOf(file: string, dataset: string) {
  return Array.from<number | bigint | string>(
    readDataset(await Hdf5Library.load(), await appeared(file), dataset),
  );
}

/** Names of the channels that have a group; waits for the file. */
export async function channelsOf(file: string): Promise<string[]> {
  const { groups } = inspectFile(await Hdf5Library.load(), await appeared(file));
  return groups
    .map(({ path }) => path)
    .filter((path) => path.startsWith('/data/'))
    .map((path) => path.slice('/data/'.length));
}

/** Waits for a file. */
export function appeared(file: string): Promise<string> {
  return poll(() => (existsSync(file) ? file : undefined));
}
