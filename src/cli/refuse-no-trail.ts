import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { TrailUnreadable } from '../audit/errors.js';
import { unpacked } from '../audit/file-bytes.js';
import { readerOf } from '../hdf5/format/read-bytes.js';
import { signatureAt } from '../hdf5/format/signature.js';

/** Some of it is in what is left of any line of a trail. */
const MARK = /\[\d{8}-\d{6}\] |data_api_request": "/;
const MARK_LENGTH = 20;

/**
 * Refuses a file that is no trail and no `.err` file, at once instead of line by line. A trail of which any line
 * or half of one is left is not refused, nor is a pipe, which can be read only once.
 *
 * @param takes what the command takes instead; stands behind `an` or `its`
 * @throws Error with what it is; TrailUnreadable
 */
export async function refuseNoTrail(file: string, takes: string): Promise<void> {
  if (isHdf5(file)) throw new Error(`${file} is an HDF5 file: give its ${takes}`);
  if (!(await mayBeTrail(file))) {
    throw new Error(`${file} has no write request in any line: give an ${takes}`);
  }
}

function isHdf5(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    const fd = openSync(file, 'r');
    try {
      return signatureAt(readerOf(fd), fstatSync(fd).size) !== undefined;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new TrailUnreadable(file, error);
  }
}

async function mayBeTrail(file: string): Promise<boolean> {
  if (!statSync(file).isFile()) return true;
  let rest = '';
  let isEmpty = true;
  try {
    for await (const chunk of unpacked(file)) {
      isEmpty = false;
      const text = rest + (chunk as Buffer).toString('latin1');
      if (MARK.test(text)) return true;
      rest = text.slice(-MARK_LENGTH);
    }
  } catch (error) {
    throw new TrailUnreadable(file, error);
  }
  return isEmpty;
}
