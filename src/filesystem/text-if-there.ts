import { readFile } from 'node:fs/promises';

/** The text of a file; undefined where the file is missing. @throws NodeJS.ErrnoException otherwise */
export async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
