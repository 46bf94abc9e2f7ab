import { statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type LockFile, lockFile } from '../audit/kernel-lock.js';
import { PgroupBusy } from './errors.js';
import type { RawFolder } from './raw-folder.js';
import { RUN_INFO } from './run-names.js';

const NAME = '.lock';
const MAX_WAIT_MS = 10_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [2, 50];

/** A pgroup that is locked for this process, or that can't be. */
export class PgroupLock {
  private constructor(
    private readonly file: FileHandle,
    /** Why the file system can't lock; undefined where the pgroup is locked. */
    readonly unavailable: string | undefined,
  ) {}

  /**
   * Locks a pgroup, whose `run_info` exists, against other processes; on other hosts as well where the file
   * system does.
   *
   * @param options.maxWaitMs how long another may have it
   * @throws PgroupBusy
   */
  static async take(
    raw: RawFolder,
    { lock = lockFile, maxWaitMs = MAX_WAIT_MS }: { lock?: LockFile; maxWaitMs?: number } = {},
  ): Promise<PgroupLock> {
    const started = performance.now();
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      const taken = await PgroupLock.tryOnce(raw, lock);
      if (taken) return taken;
      if (performance.now() - started > maxWaitMs) {
        throw new PgroupBusy(join(raw.path, RUN_INFO, NAME), maxWaitMs / 1000);
      }
      await pause(wait);
    }
  }

  private static async tryOnce(raw: RawFolder, lock: LockFile): Promise<PgroupLock | undefined> {
    const file = await raw.openOrMake(RUN_INFO, NAME);
    try {
      const attempt = lock(file.fd);
      if (typeof attempt === 'object') return new PgroupLock(file, attempt.unavailable);
      // Somebody may have removed the file that was locked: others lock the one that is there now.
      const isCurrent =
        attempt === 'taken' &&
        statSync(raw.folder(RUN_INFO).at(NAME), { throwIfNoEntry: false })?.ino ===
          (await file.stat()).ino;
      if (isCurrent) return new PgroupLock(file, undefined);
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  /** Frees it; so does the end of the process. */
  async release(): Promise<void> {
    await this.file.close();
  }
}
