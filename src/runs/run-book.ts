import { join } from 'node:path';
import { isThere } from '../filesystem/is-there.js';
import { EventLog } from '../logging/event-log.js';
import { AcquisitionOnDisk } from './acquisition-on-disk.js';
import { nextAcquisitionNumber, nextFreeNumber, runNumberFor } from './choose-numbers.js';
import { Counters } from './counters.js';
import { PgroupClosed } from './errors.js';
import { ExistingRuns } from './existing-runs.js';
import { placesOf, planOf } from './make-plan.js';
import { PgroupAccess, passed } from './pgroup-access.js';
import type { Plan } from './plan.js';
import type { RawFolder } from './raw-folder.js';
import { refuseNames } from './refuse-names.js';
import type { NotWritten, Retrieval } from './retrieval.js';
import { CLOSED, RUN_INFO } from './run-names.js';

/** The books of all pgroups that a process keeps. Calls of one pgroup run one after another. */
export class RunBooks {
  private readonly access = new PgroupAccess();

  /** @param raw a pgroup's raw folder, see `PgroupRoots` */
  of(raw: string): RunBook {
    return new RunBook(raw, this.access);
  }
}

/**
 * The numbers and folders of a pgroup's runs. What changes them does so under a lock that other processes
 * heed, and on other hosts where the file system has such locks; it is on disk when a call returns.
 *
 * All calls throw PgroupFolderMissing, PgroupNotWritable or PgroupBusy where the folder is not to be used.
 */
export class RunBook {
  private readonly logger = new EventLog('Broker');

  constructor(
    readonly raw: string,
    private readonly access: PgroupAccess,
  ) {}

  /** Takes the next run number. @throws PgroupClosed */
  advance(): Promise<number> {
    return this.locked(async (raw) => {
      refuseClosed(raw);
      const runs = await ExistingRuns.read(raw);
      const counters = new Counters(raw);
      const number = nextFreeNumber(raw, runs, await counters.read('LAST_RUN', runs));
      await counters.write({ LAST_RUN: number });
      return number;
    });
  }

  /** The run number that was taken last, 0 where none was. @throws PgroupClosed */
  async current(): Promise<number> {
    const state = await this.access.opened(this.raw, async (raw) => {
      refuseClosed(raw);
      return new Counters(raw).state('LAST_RUN');
    });
    if (typeof state === 'number') return state;
    return this.locked(async (raw) => {
      const counters = new Counters(raw);
      const number = await counters.read('LAST_RUN', await ExistingRuns.read(raw));
      // Other programs read the file: it is made by whoever asks first.
      await counters.write({ LAST_RUN: number });
      return number;
    });
  }

  /** Closes the pgroup for good. @throws PgroupClosed when it is closed */
  close(): Promise<void> {
    return this.locked(async (raw) => {
      refuseClosed(raw);
      await raw.makeEmpty(RUN_INFO, CLOSED);
      await raw.sync();
    });
  }

  /** @throws PgroupClosed */
  assertOpen(): Promise<void> {
    return this.access.opened(this.raw, (raw) => Promise.resolve(refuseClosed(raw)));
  }

  /**
   * Takes numbers for a retrieval and makes its run's folders and metadata.
   *
   * All checks come first, so that nothing is spent by what is refused. Then the numbers are put on disk, then
   * `intend` is awaited, then folders, metadata and scan file are put on disk.
   *
   * @param intend notes durably what is about to be done; where it fails, it leaves no note, and no number is spent
   * @throws PgroupClosed, RunNumberAhead, RunNumberUsed, RunTagDiffers, InvalidRunName; what `intend` throws
   */
  async acquire(retrieval: Retrieval, intend: (plan: Plan) => Promise<void>): Promise<Plan> {
    refuseNames(retrieval);
    return this.locked(async (raw) => {
      refuseClosed(raw);
      const runs = await ExistingRuns.read(raw);
      const counters = new Counters(raw);
      const last = await counters.read('LAST_RUN', runs);
      const runNumber = runNumberFor(raw, retrieval, runs, last);
      const acquisitionNumber = await nextAcquisitionNumber(raw, retrieval, runNumber);
      const uniqueAcquisitionNumber = (await counters.read('LAST_ARUN', runs)) + 1;
      const { scan } = placesOf(retrieval, { runNumber, acquisitionNumber });
      const scanStep = scan ? await AcquisitionOnDisk.stepsIn(raw, scan) : 0;
      const numbers = { runNumber, acquisitionNumber, uniqueAcquisitionNumber, scanStep };
      const plan = planOf(retrieval, this.raw, numbers);
      await counters.write({
        ...(runNumber > last && { LAST_RUN: runNumber }),
        LAST_ARUN: uniqueAcquisitionNumber,
      });
      try {
        await passed(intend(plan));
      } catch (error) {
        await this.giveBack(counters, {
          ...(runNumber > last && { LAST_RUN: last }),
          LAST_ARUN: uniqueAcquisitionNumber - 1,
        });
        throw error;
      }
      await new AcquisitionOnDisk(raw, retrieval, plan).make();
      return plan;
    });
  }

  /**
   * Numbers that nothing on disk names are free again: the pgroup is still locked, so nobody has seen them. They
   * stay taken where even this fails.
   */
  private async giveBack(
    counters: Counters,
    before: Parameters<Counters['write']>[0],
  ): Promise<void> {
    try {
      await counters.write(before);
    } catch (error) {
      this.logger.warn('numbers of an acquisition that failed stay taken', {
        file: join(this.raw, RUN_INFO),
        error,
      });
    }
  }

  /** Makes what of a plan is not on disk. @throws PlanOvertaken when another acquisition has its numbers */
  complete(retrieval: Retrieval, plan: Plan): Promise<void> {
    return this.locked(async (raw) => {
      const acquisition = new AcquisitionOnDisk(raw, retrieval, plan);
      await acquisition.refuseOvertaken();
      const runs = await ExistingRuns.read(raw);
      const counters = new Counters(raw);
      const last = await counters.read('LAST_RUN', runs);
      const lastUnique = await counters.read('LAST_ARUN', runs);
      await counters.write({
        ...(last < plan.runNumber && { LAST_RUN: plan.runNumber }),
        ...(lastUnique < plan.uniqueAcquisitionNumber && {
          LAST_ARUN: plan.uniqueAcquisitionNumber,
        }),
      });
      await acquisition.make({ again: true });
    });
  }

  /**
   * Takes files out of a plan, and of the metadata on disk, that nobody writes after all.
   *
   * @returns the plan as it is now
   * @throws PlanOvertaken
   */
  withdraw(retrieval: Retrieval, plan: Plan, notWritten: NotWritten): Promise<Plan> {
    return this.locked((raw) => new AcquisitionOnDisk(raw, retrieval, plan).withdraw(notWritten));
  }

  /** Removes what `acquire` put on disk, its numbers excepted. Nothing of other acquisitions is touched. */
  undo(retrieval: Retrieval, plan: Plan): Promise<void> {
    return this.locked((raw) => new AcquisitionOnDisk(raw, retrieval, plan).remove());
  }

  private locked<T>(work: (raw: RawFolder) => Promise<T>): Promise<T> {
    return this.access.locked(this.raw, work);
  }
}

function refuseClosed(raw: RawFolder): void {
  const folder = raw.folderIfThere(RUN_INFO);
  if (folder && isThere(folder.at(CLOSED))) {
    throw new PgroupClosed(join(raw.path, RUN_INFO, CLOSED));
  }
}
