import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { makeFolders } from '../output/make-folders.js';
import { type ProcessIdentity, isRunning, thisProcess } from '../output/process-identity.js';

/** The process that has a trail. */
export interface TrailHolder extends ProcessIdentity {
  readonly host: string;
}

/**
 * A claim on an audit trail for one process: a file beside it that says who has it.
 *
 * What a process left that ended without removing it, by `kill -9` or with the machine, is taken
 * over. A process of another machine, on a shared file system, counts as running: nobody can tell.
 */
export class TrailLock {
  readonly path: string;
  private claimed: string | undefined;

  constructor(trail: string) {
    this.path = `${trail}.lock`;
  }

  /**
   * @returns the process that has the trail; undefined: it is ours now
   * @throws NodeJS.ErrnoException when the file can't be made
   */
  async claim(): Promise<TrailHolder | undefined> {
    makeFolders(dirname(this.path));
    const text = JSON.stringify({ ...thisProcess(), host: hostname() } satisfies TrailHolder);
    // Linked under its name when its text is in it: nobody sees half a claim.
    const own = `${this.path}.${randomUUID()}`;
    try {
      await writeFile(own, text);
      while (!(await unless('EEXIST', link(own, this.path)))) {
        const holder = await holderOf(this.path);
        if (typeof holder === 'object') return holder;
        if (holder === 'gone' && (await this.takeOver(own))) break;
      }
      this.claimed = text;
      return undefined;
    } finally {
      await rm(own, { force: true });
    }
  }

  /** Gives the trail up, if it was claimed and nobody else was let in by hand. */
  async release(): Promise<void> {
    const text = this.claimed;
    this.claimed = undefined;
    if (text !== undefined && (await textOf(this.path)) === text) {
      await rm(this.path, { force: true });
    }
  }

  /**
   * Puts a claim in the place of one whose process is gone. One process at a time may do so: another
   * could have seen the same, and remove what has been put there since.
   */
  private async takeOver(own: string): Promise<boolean> {
    const turn = `${this.path}.taken-over`;
    if (!(await unless('EEXIST', link(own, turn)))) {
      if ((await holderOf(turn)) === 'gone') await rm(turn, { force: true });
      return false;
    }
    const stillGone = (await holderOf(this.path)) === 'gone';
    await (stillGone ? rename(turn, this.path) : rm(turn));
    return stillGone;
  }
}

/** Whose claim a file is, if that process runs as far as one can tell. */
async function holderOf(path: string): Promise<TrailHolder | 'gone' | 'nobody'> {
  const text = await textOf(path);
  if (text === undefined) return 'nobody';
  const holder = parseHolder(text);
  return holder && (holder.host !== hostname() || isRunning(holder)) ? holder : 'gone';
}

/** Whether something was done, false where that failed with a code that is no surprise. */
async function unless(code: string, work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return false;
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for what is none: the file's text may be lost when the machine goes down. */
function parseHolder(text: string): TrailHolder | undefined {
  try {
    const { pid, startTime, host } = JSON.parse(text) as Partial<TrailHolder>;
    const usable =
      Number.isInteger(pid) &&
      pid! > 0 &&
      typeof startTime === 'string' &&
      typeof host === 'string';
    return usable ? { pid: pid!, startTime, host } : undefined;
  } catch {
    return undefined;
  }
}
