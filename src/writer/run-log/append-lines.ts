import { closeSync, constants, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { OutputRoots } from '../../filesystem/output-roots.js';
import { OutputFileRefused } from '../../request/errors.js';
import { logFileProblem } from '../../request/log-file.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/** Others of the group append to it as well, writers that run as other users. */
const MODE = 0o664;

/**
 * Appends lines to a log file inside the output roots, each with one write: several writers may append at once.
 *
 * Calls the file system, which may hang: not for the main thread.
 *
 * @param lines each with its line end
 * @throws Error where the name is no log file's, or leads elsewhere; NodeJS.ErrnoException
 */
export function appendLines(roots: OutputRoots, logFile: string, lines: readonly string[]): void {
  const problem = logFileProblem(logFile);
  if (problem !== undefined) throw new Error(`log_file '${logFile}' ${problem}`);
  const { name, folder } = placeOf(roots, logFile);
  try {
    // Whatever has taken the name meanwhile must neither lead elsewhere nor hold the writer up.
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const fd = openSync(folder.at(name), flags, MODE);
    try {
      const state = fstatSync(fd);
      if (!state.isFile()) throw new Error(`${folder.shown(name)} is not a file`);
      const isNew = state.size === 0 && state.uid === process.geteuid?.();
      if (isNew && (state.mode & 0o777) !== MODE) fchmodSync(fd, MODE);
      for (const line of lines) writeAll(fd, Buffer.from(line));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw folder.withNames(error);
  } finally {
    folder.close();
  }
}

function placeOf(roots: OutputRoots, logFile: string) {
  try {
    return roots.open(logFile);
  } catch (error) {
    if (!(error instanceof OutputFileRefused)) throw error;
    throw new Error(`log_file '${logFile}' ${error.reason}`, { cause: error });
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
