import { rename } from 'node:fs/promises';

/**
 * Keeps a damaged file under another name, beside its own.
 *
 * @returns that name
 * @throws NodeJS.ErrnoException
 */
export async function setAside(path: string): Promise<string> {
  const aside = `${path}.damaged-${Date.now()}`;
  await rename(path, aside);
  return aside;
}
