import { closeSync, openSync, readSync, statSync } from 'node:fs';

const BEGINNING = /^\[\d{8}-\d{6}\] /;
const BEGINNING_BYTES = 18;

/**
 * Refuses a trail or an `.err` file by how it begins: it is no damaged HDF5 file. What can't be read is left to
 * who reads it.
 *
 * @throws Error with what to give instead
 */
export function refuseTrail(path: string): void {
  if (!BEGINNING.test(beginningOf(path))) return;
  const its = path.endsWith('.err') ? path.slice(0, -'.err'.length) : 'the HDF5 file';
  throw new Error(`${path} is an .err file or an audit trail: give ${its}`);
}

function beginningOf(path: string): string {
  try {
    if (!statSync(path).isFile()) return '';
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(BEGINNING_BYTES);
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
