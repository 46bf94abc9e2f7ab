import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockFile } from '../../audit/kernel-lock.js';
import { makeFolders } from '../../filesystem/make-folders.js';
import { type FileOwner, ownerFrom, ownerKey, thisOwner } from './file-owner.js';

const LOCK = /^lock_([0-9a-f]{16})$/;

/**
 * A file in the journal's folder that a process keeps locked as long as it runs. Other processes of the same
 * kernel see by it whether it does, also from another container, where they can't see the process itself.
 */
export class OwnerLock {
  private taken: { readonly file: FileHandle; readonly path: string } | undefined;

  /** @param folder of the journal */
  constructor(
    private readonly folder: string,
    private readonly lock: LockFile,
  ) {}

  /**
   * Takes it, where the file system has locks: without, processes of other containers wait for a day.
   *
   * @throws NodeJS.ErrnoException
   */
  async take(): Promise<void> {
    makeFolders(this.folder);
    const owner = thisOwner();
    const path = lockPath(this.folder, ownerKey(owner));
    // Under its name when it is locked: nobody sees it free before.
    const fresh = `${path}.${randomUUID()}`;
    const file = await open(fresh, 'wx+');
    try {
      await file.writeFile(JSON.stringify(owner));
      if (this.lock(file.fd) !== 'taken') return;
      await rename(fresh, path);
      this.taken = { file, path };
    } finally {
      if (!this.taken) {
        await rm(fresh, { force: true });
        await file.close();
      }
    }
  }

  async release(): Promise<void> {
    const { taken } = this;
    this.taken = undefined;
    if (!taken) return;
    await rm(taken.path, { force: true });
    await taken.file.close();
  }
}

/** What locks in the journal's folder say of processes, as one of them sees it. */
export class OwnerLocks {
  constructor(
    private readonly folder: string,
    private readonly self: FileOwner,
    private readonly lock: LockFile,
  ) {}

  /** Whether a process runs; undefined where no lock of it can be seen, or where it is on another kernel. */
  isHeld(owner: FileOwner): boolean | undefined {
    if (owner.boot === '' || owner.boot !== this.self.boot) return undefined;
    return this.look(lockPath(this.folder, ownerKey(owner)));
  }

  /** Removes those of processes that are dead. @param inUse keys of owners that have entries */
  removeFree(names: readonly string[], inUse: ReadonlySet<string>): void {
    for (const name of names) {
      const key = LOCK.exec(name)?.[1];
      if (key === undefined || inUse.has(key)) continue;
      const path = join(this.folder, name);
      const owner = ownerIn(path);
      if (owner && this.isHeld(owner) === false) removeIfThere(path);
    }
  }

  private look(path: string): boolean | undefined {
    let fd: number;
    try {
      fd = openSync(path, 'r+');
    } catch {
      return undefined;
    }
    try {
      const attempt = this.lock(fd, 'shared');
      return typeof attempt === 'object' ? undefined : attempt === 'held';
    } finally {
      closeSync(fd);
    }
  }
}

function lockPath(folder: string, key: string): string {
  return join(folder, `lock_${key}`);
}

function ownerIn(path: string): FileOwner | undefined {
  try {
    return ownerFrom(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Others may remove it at the same time. */
function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
