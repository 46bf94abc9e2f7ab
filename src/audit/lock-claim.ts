import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { makeFolders } from '../filesystem/make-folders.js';
import { type ProcessIdentity, isRunning, thisProcess } from '../filesystem/process-identity.js';
import type { LockFile } from './kernel-lock.js';
import { textIfThere } from '../filesystem/text-if-there.js';

/** The process that holds a trail. */
export interface TrailHolder extends ProcessIdentity {
  readonly host: string;
  /** Whether it keeps the file locked as long as it runs; brokers of earlier releases do not. */
  readonly kernel_lock?: boolean;
}

/**
 * A claim on something for one process: a file that says who has it, and that the kernel keeps locked.
 *
 * A claim is valid as long as the lock is held. A claim without a lock, made by an earlier release or on a
 * file system without locks, is valid as long as its process runs; a process of another machine counts as
 * running, as that can't be found out.
 */
export class LockClaim {
  /** Why the claim is not locked. */
  unlocked: string | undefined;
  private claimed: { readonly file: FileHandle; readonly text: string } | undefined;

  constructor(
    readonly path: string,
    private readonly lock: LockFile,
  ) {}

  /**
   * @returns the process that has it; undefined if it is ours now
   * @throws NodeJS.ErrnoException when the file can't be made
   */
  async claim(): Promise<TrailHolder | undefined> {
    makeFolders(dirname(this.path));
    // Linked under its name when it is locked and its text is in it: nobody sees half a claim.
    const own = `${this.path}.${randomUUID()}`;
    const file = await open(own, 'wx+');
    try {
      const text = this.textOf(file);
      await file.writeFile(text);
      while (!(await unless('EEXIST', link(own, this.path)))) {
        const holder = await this.holderOf(this.path);
        if (typeof holder === 'object') return holder;
        if (holder === 'gone' && (await this.takeOver(own))) break;
      }
      this.claimed = { file, text };
      return undefined;
    } finally {
      await rm(own, { force: true });
      if (!this.claimed) await file.close();
    }
  }

  /** Gives the claim up, unless it was removed by hand and another process has claimed it since. */
  async release(): Promise<void> {
    const { claimed } = this;
    this.claimed = undefined;
    if (!claimed) return;
    if ((await textIfThere(this.path)) === claimed.text) await rm(this.path, { force: true });
    await claimed.file.close();
  }

  private textOf(file: FileHandle): string {
    const attempt = this.lock(file.fd);
    this.unlocked = typeof attempt === 'object' ? attempt.unavailable : undefined;
    const holder: TrailHolder = { ...thisProcess(), host: hostname() };
    return JSON.stringify(this.unlocked === undefined ? { ...holder, kernel_lock: true } : holder);
  }

  /**
   * Replaces a claim that is no longer valid. One process at a time may do so: another could
   * have seen the same, and remove what has been put there since.
   */
  private async takeOver(own: string): Promise<boolean> {
    const turn = `${this.path}.taken-over`;
    if (!(await unless('EEXIST', link(own, turn)))) {
      if ((await this.holderOf(turn)) === 'gone') await rm(turn, { force: true });
      return false;
    }
    const stillGone = (await this.holderOf(this.path)) === 'gone';
    await (stillGone ? rename(turn, this.path) : rm(turn));
    return stillGone;
  }

  /** The owner of a claim, if the claim is valid. */
  private async holderOf(path: string): Promise<TrailHolder | 'gone' | 'nobody'> {
    const text = await textIfThere(path);
    if (text === undefined) return 'nobody';
    const holder = parseHolder(text);
    if (!holder) return 'gone';
    const isHeld = holder.kernel_lock ? await this.isLocked(path) : undefined;
    return (isHeld ?? (holder.host !== hostname() || isRunning(holder))) ? holder : 'gone';
  }

  /** Undefined where the platform has no kernel locks. */
  private async isLocked(path: string): Promise<boolean | undefined> {
    let file: FileHandle;
    try {
      file = await open(path, 'r+');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    try {
      const attempt = this.lock(file.fd, 'shared');
      return typeof attempt === 'object' ? undefined : attempt === 'held';
    } finally {
      await file.close();
    }
  }
}

/** Whether an action succeeded; false where it failed with one of the expected codes. */
async function unless(code: string, work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return false;
    throw error;
  }
}

/** Undefined for a text that is not a claim: a crash of the machine may have damaged it. */
function parseHolder(text: string): TrailHolder | undefined {
  try {
    const { pid, startTime, host, kernel_lock } = JSON.parse(text) as Partial<TrailHolder>;
    const usable =
      Number.isInteger(pid) &&
      pid! > 0 &&
      typeof startTime === 'string' &&
      typeof host === 'string';
    return usable ? { pid: pid!, startTime, host, kernel_lock: kernel_lock === true } : undefined;
  } catch {
    return undefined;
  }
}
