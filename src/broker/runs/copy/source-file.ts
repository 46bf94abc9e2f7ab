import { type Stats, constants, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { whyUnreadable } from '../../../filesystem/why-unreadable.js';
import { hiddenCharacter } from '../../../request/hidden-character.js';
import { SourceRefused } from './errors.js';

const GROUP_READS = 0o040;

/** Files that are none: what the system tells, also of this process. */
const OF_THE_SYSTEM = ['/proc', '/sys', '/dev'];

/** A file of a user, open and judged: what takes its name meanwhile is not copied. To be closed. */
export interface SourceFile {
  readonly file: FileHandle;
  readonly stats: Stats;
}

/**
 * The name that a source's copy has.
 *
 * @throws SourceRefused
 */
export function copyName(source: string): string {
  const hidden = hiddenCharacter(source);
  if (hidden !== undefined) {
    throw new SourceRefused(`its name contains the control character ${hidden}: take it out`);
  }
  if (!isAbsolute(source)) throw new SourceRefused('give its absolute name');
  if (/(^|\/)\.{0,2}$/.test(source)) throw new SourceRefused('it names a folder: name its files');
  return basename(source);
}

/**
 * Opens a file of a user.
 *
 * @param gid the group that it must have
 * @throws SourceRefused
 */
export async function openSource(source: string, gid: number): Promise<SourceFile> {
  let file: FileHandle;
  try {
    // Of a pipe nobody may write to, or a device, opening it would never end.
    file = await open(source, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw new SourceRefused(whyUnreadable(error), { cause: error });
  }
  try {
    const stats = await file.stat();
    const problem = problemOf(stats, gid);
    if (problem !== undefined) throw new SourceRefused(problem);
    return { file, stats };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function problemOf(stats: Stats, gid: number): string | undefined {
  if (stats.isDirectory()) return 'it is a folder: name its files';
  if (!stats.isFile() || isOfTheSystem(stats)) return 'it is no regular file';
  if (stats.gid !== gid) {
    return `its group is ${stats.gid}, not ${gid} as of the folder for it: give it that group (chgrp)`;
  }
  if ((stats.mode & GROUP_READS) === 0) {
    return 'its group may not read it: let it (chmod g+r)';
  }
  return undefined;
}

function isOfTheSystem({ dev }: Stats): boolean {
  return OF_THE_SYSTEM.some((path) => statSync(path, { throwIfNoEntry: false })?.dev === dev);
}
