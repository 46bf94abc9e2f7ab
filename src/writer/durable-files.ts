import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { OpenFolder } from '../filesystem/open-folder.js';
import type { OutputPlace, OutputRoots } from '../filesystem/output-roots.js';
import { realPath } from '../filesystem/real-path.js';
import { RequestError } from '../request/errors.js';
import { FileSystemFailure } from './errors.js';

/** Opens the folder of an output file, made where it is missing. @throws OutputFileRefused, FileSystemFailure */
export function placeOf(roots: OutputRoots, outputFile: string): OutputPlace {
  try {
    return roots.open(outputFile);
  } catch (error) {
    throw error instanceof RequestError ? error : folderFailure(error, outputFile);
  }
}

/** Opens a folder, made where it is missing. @throws FileSystemFailure */
export function folderAt(path: string): OpenFolder {
  try {
    return OpenFolder.open(realPath(path), { make: true });
  } catch (error) {
    throw folderFailure(error, path);
  }
}

/** Gives a file of a folder its name, replacing another file; on disk when this returns. @throws FileSystemFailure */
export function renameDurably(folder: OpenFolder, from: string, to: string): void {
  try {
    renameSync(folder.at(from), folder.at(to));
    folder.sync();
  } catch (error) {
    throw new FileSystemFailure('write', folder.shown(to), error);
  }
}

/** Removes a file of a folder, if it is there; gone for good when this returns. @throws FileSystemFailure */
export function removeDurably(folder: OpenFolder, name: string): void {
  try {
    if (folder.remove(name)) folder.sync();
  } catch (error) {
    throw new FileSystemFailure('remove', folder.shown(name), error);
  }
}

/**
 * Writes a small file so that under its name there is the whole of it or what was there before.
 *
 * @param temporary a free name in the same folder
 * @throws FileSystemFailure; the temporary file is gone then
 */
export function writeDurably(
  folder: OpenFolder,
  name: string,
  text: string,
  temporary: string,
): void {
  try {
    const fd = openSync(folder.at(temporary), 'wx');
    try {
      writeAll(fd, Buffer.from(text));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameDurably(folder, temporary, name);
  } catch (error) {
    removeQuietly(folder.at(temporary));
    throw FileSystemFailure.of('write', folder.shown(name), error);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** What went wrong before is what is told. */
function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Never made, or renamed already.
  }
}

function folderFailure(error: unknown, path: string): FileSystemFailure {
  return new FileSystemFailure(
    'make the folder',
    (error as NodeJS.ErrnoException).path ?? path,
    error,
  );
}
