import { join } from 'node:path';
import { namesIfThere } from '../filesystem/names-if-there.js';
import { META, numberOfMetadata } from './run-names.js';

/** The acquisitions of a run folder, ascending. */
export async function acquisitionNumbers(runFolder: string): Promise<number[]> {
  const names = await namesIfThere(join(runFolder, META));
  return names
    .map(numberOfMetadata)
    .filter((number) => number !== undefined)
    .sort((one, other) => one - other);
}
