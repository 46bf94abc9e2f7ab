import { lstatSync } from 'node:fs';

/** Whether anything has this name, a symbolic link that leads nowhere included. @throws NodeJS.ErrnoException */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
