import { join } from 'node:path';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { EventLog } from '../logging/event-log.js';
import { RequestError } from '../request/errors.js';
import { PgroupNotWritable } from './errors.js';
import { PgroupLock } from './pgroup-lock.js';
import { RawFolder } from './raw-folder.js';
import { RUN_INFO } from './run-names.js';

/** The raw folders that a process works in: opened for each call, and locked for those that change something. */
export class PgroupAccess {
  private readonly logger = new EventLog('Broker');
  private readonly calls = new KeyedMutex();
  /** Folders of which was told that they can't be locked. */
  private readonly unlocked = new Set<string>();

  /**
   * Works in a raw folder, without the lock.
   *
   * @throws PgroupFolderMissing, PgroupNotWritable, and what the work throws
   */
  async opened<T>(path: string, work: (raw: RawFolder) => Promise<T>): Promise<T> {
    const raw = RawFolder.open(path);
    try {
      return await work(raw);
    } catch (error) {
      if (error instanceof Passed) throw error.cause;
      throw asNotWritable(path, raw.withNames(error));
    } finally {
      raw.close();
    }
  }

  /**
   * The same, alone: others of this process wait in line, those of other processes for the lock. `run_info` is
   * there when the work begins.
   *
   * @throws PgroupBusy as well
   */
  locked<T>(path: string, work: (raw: RawFolder) => Promise<T>): Promise<T> {
    return this.calls.run(path, () =>
      this.opened(path, async (raw) => {
        raw.refuseUnwritable('');
        raw.make(RUN_INFO);
        raw.refuseUnwritable(RUN_INFO);
        const lock = await PgroupLock.take(raw);
        try {
          if (lock.unavailable === undefined) await raw.clearStaged();
          else this.tellUnlocked(path, lock.unavailable);
          return await work(raw);
        } finally {
          await lock.release();
        }
      }),
    );
  }

  private tellUnlocked(path: string, reason: string): void {
    if (this.unlocked.has(path)) return;
    this.unlocked.add(path);
    this.logger.warn('pgroup cannot be locked; two brokers at once could give a number twice', {
      file: join(path, RUN_INFO),
      reason,
    });
  }
}

/** What a caller's own work threw: none of the folder's errors. */
class Passed extends Error {
  override readonly name = 'Passed';
}

/** Waits for a caller's own work, whose errors it gets back as they are. */
export async function passed(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw new Passed('thrown by the caller', { cause });
  }
}

/** Errors of the system, as what they mean here; others as they are. */
function asNotWritable(folder: string, error: unknown): unknown {
  const { errno, path } = error as NodeJS.ErrnoException;
  const isOfSystem = errno !== undefined && !(error instanceof RequestError);
  return isOfSystem ? new PgroupNotWritable(path ?? folder, error) : error;
}
