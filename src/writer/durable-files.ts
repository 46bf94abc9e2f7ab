import { closeSync, fsyncSync, openSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../output/make-folders.js';
import { syncFolder } from '../output/sync-folder.js';
import { FileSystemFailure } from './file-system-failure.js';

/** Makes a folder and those above it, each of them on disk when this returns. @throws FileSystemFailure */
export function makeFoldersDurably(folder: string): void {
  try {
    for (const made of makeFolders(folder)) syncFolder(dirname(made));
  } catch (error) {
    throw new FileSystemFailure('make the folder', folder, error);
  }
}

/** Gives a file its name, replacing another file; on disk when this returns. @throws FileSystemFailure */
export function renameDurably(from: string, to: string): void {
  try {
    renameSync(from, to);
    syncFolder(dirname(to));
  } catch (error) {
    throw new FileSystemFailure('write', to, error);
  }
}

/** Removes a file, if there is one; gone for good when this returns. @throws FileSystemFailure */
export function removeDurably(path: string): void {
  try {
    unlinkSync(path);
    syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new FileSystemFailure('remove', path, error);
  }
}

/**
 * Writes a small file so that under its name there is the whole of it or what was there before.
 *
 * @param temporary a free name in the same folder
 * @throws FileSystemFailure; the temporary file is gone then
 */
export function writeDurably(path: string, text: string, temporary: string): void {
  try {
    const fd = openSync(temporary, 'wx');
    try {
      writeAll(fd, Buffer.from(text));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameDurably(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw FileSystemFailure.of('write', path, error);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
