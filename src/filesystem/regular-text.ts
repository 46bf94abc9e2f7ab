import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Longer ones are not what is looked for; a request of 50,000 channels has 5 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

const NO_FILE = new Set(['EISDIR', 'ENOTREG', 'ELOOP', 'ERR_FS_FILE_TOO_LARGE']);

/**
 * The text of a file in a place where others can write: for a FIFO, which nobody may ever write to, nothing
 * waits, and no symbolic link is followed.
 *
 * @param options.followLinks where whoever runs the broker named the file
 * @throws NodeJS.ErrnoException; EISDIR and ENOTREG of what is no file, ERR_FS_FILE_TOO_LARGE beyond 64 MiB
 */
export async function regularText(path: string, { followLinks = false } = {}): Promise<string> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const file = await open(path, followLinks ? flags : flags | constants.O_NOFOLLOW);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw failure(path, 'EISDIR', 'it is a folder');
    if (!stats.isFile()) throw failure(path, 'ENOTREG', 'it is no regular file');
    if (stats.size > MAX_BYTES) throw failure(path, 'ERR_FS_FILE_TOO_LARGE', 'it is too large');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The same; undefined where the file is missing. */
export async function regularTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await regularText(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether an error says that something other than a file, or too large a one, has the name. */
export function isNoFile(error: unknown): boolean {
  return NO_FILE.has((error as NodeJS.ErrnoException).code ?? '');
}

/** As the system's own errors are. */
function failure(path: string, code: string, message: string): Error {
  return Object.assign(new Error(message), { code, errno: 0, path });
}
