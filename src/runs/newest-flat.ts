import { join } from 'node:path';
import { namesIfThere } from '../filesystem/names-if-there.js';
import { RUN_INFO, numberOfFlatMetadata } from './run-names.js';

/**
 * The highest run numbers that have metadata of the flat layout, highest first.
 *
 * @param before only lower ones
 * @throws NodeJS.ErrnoException
 */
export async function newestFlat(raw: string, limit: number, before = Infinity): Promise<number[]> {
  const folder = join(raw, RUN_INFO);
  const thousands = (await namesIfThere(folder))
    .filter((name) => /^\d{6,15}$/.test(name) && Number(name) < before)
    .sort((one, other) => Number(other) - Number(one));
  const found: number[] = [];
  for (const thousand of thousands) {
    const numbers = (await namesIfThere(join(folder, thousand)))
      .map(numberOfFlatMetadata)
      .filter((number) => number !== undefined && number < before)
      .sort((one, other) => other! - one!);
    found.push(...(numbers as number[]));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}
