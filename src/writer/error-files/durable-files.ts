import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { OpenFolder } from '../../filesystem/open-folder.js';
import type { OutputPlace, OutputRoots } from '../../filesystem/output-roots.js';
import { realPath } from '../../filesystem/real-path.js';
import { RequestError } from '../../request/errors.js';
import { FileSystemFailure } from '../errors.js';

/** Somebody who tidies up a folder hardly finds a file there that often in the moment that it takes. */
const MAX_TRIES = 3;

/**
 * Opens the folder of an output file, made where it is missing. @throws OutputFileRefused,
 * FileSystemFailure
 */
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

/**
 * Gives a file of a folder its name, replacing another file; on disk when this returns. @throws
 * FileSystemFailure
 */
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
 * Writes a small file so that under its name there is the whole of it or what was there before. Written
 * again where its temporary file is taken away meanwhile.
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
  for (let tries = 1; ; tries++) {
    try {
      writeNew(folder.at(temporary), text);
      return renameDurably(folder, temporary, name);
    } catch (error) {
      removeQuietly(folder.at(temporary));
      if (tries < MAX_TRIES && isTakenAway(error)) continue;
      throw FileSystemFailure.of('write', folder.shown(name), error);
    }
  }
}

function writeNew(path: string, text: string): void {
  const fd = openSync(path, 'wx');
  try {
    writeAll(fd, Buffer.from(text));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** It was written, and is not there to be renamed. */
function isTakenAway(error: unknown): boolean {
  if (!(error instanceof FileSystemFailure)) return false;
  return (error.cause as NodeJS.ErrnoException).code === 'ENOENT';
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** The earlier failure is the one that is reported. */
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
