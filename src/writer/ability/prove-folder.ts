import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OpenFolder } from '../../filesystem/open-folder.js';
import type { OutputRoots } from '../../filesystem/output-roots.js';
import { OutputFileRefused } from '../../request/errors.js';
import { folderAt, placeOf } from '../error-files/durable-files.js';
import { FileSystemFailure } from '../errors.js';
import type { TemporaryFiles } from '../state/temporary-files.js';

/** On a disk that is nearly full there is room for some bytes even where none is for a file. */
const PROBE = Buffer.alloc(1024 * 1024, 'probe\n');
const NAME = 'probe';

/**
 * Proves that output files can be made in a folder: brings a file there to the disk, and removes it. Where the
 * folder does not exist, that is tried in the one in which it would be made.
 *
 * @throws OutputFileRefused, OutputFileUnreachable, FileSystemFailure
 */
export function proveFolder(
  path: string,
  roots: OutputRoots,
  temporaryFiles: TemporaryFiles,
  stateDirectory: string,
): void {
  const folder = path === stateDirectory ? folderAt(path) : open(path, roots);
  try {
    const id = randomUUID();
    const temporary = temporaryFiles.open(id, folder, NAME);
    try {
      writeProbe(folder, temporary.name);
    } finally {
      temporaryFiles.close(id, folder, temporary);
    }
  } finally {
    folder.close();
  }
}

function open(path: string, roots: OutputRoots): OpenFolder {
  try {
    return placeOf(roots, join(existing(path), NAME)).folder;
  } catch (error) {
    // The root itself is missing: it is made, as jobs make it.
    if (error instanceof OutputFileRefused) return placeOf(roots, join(path, NAME)).folder;
    throw error;
  }
}

function existing(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return existing(dirname(path));
    return path;
  }
}

function writeProbe(folder: OpenFolder, name: string): void {
  try {
    const fd = openSync(folder.at(name), 'wx', 0o600);
    try {
      for (let done = 0; done < PROBE.length;) done += writeSync(fd, PROBE, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new FileSystemFailure('write in', folder.path, error);
  }
}
