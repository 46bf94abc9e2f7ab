import { basename } from 'node:path';

const MAX_LENGTH = 150;

/** A name for what a browser saves of an object of a file: letters, digits, dots and hyphens. */
export function savedName(file: string, path: string, ending: string): string {
  const base = basename(file).replace(/\.(h5|hdf5|nxs|hdf)$/i, '');
  const object = path
    .split('/')
    .filter((part) => part !== '')
    .join('-');
  const plain = `${base}-${object}`.replaceAll(/[^A-Za-z0-9.-]+/g, '_').replace(/^[.-]+/, '');
  return `${plain.slice(0, MAX_LENGTH) || 'data'}.${ending}`;
}
