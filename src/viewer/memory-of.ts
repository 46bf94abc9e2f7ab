import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 4096;

/** Memory that a process has at present, bytes; undefined where nobody tells. */
export async function memoryOf(pid: number): Promise<number | undefined> {
  try {
    const [, resident] = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    return Number(resident) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}
