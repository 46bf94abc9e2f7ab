import { readdir } from 'node:fs/promises';

/** The names in a folder; none where there is no such folder. @throws NodeJS.ErrnoException otherwise */
export async function namesIfThere(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
