import type { Plan } from './plan.js';
import type { NotWritten, Retrieval } from './retrieval.js';

/** The books of all pgroups that a process keeps. Calls of one pgroup run one after another. */
export class RunBooks {
  /** @param raw a pgroup's raw folder, see `PgroupRoots` */
  of(raw: string): RunBook {
    return new RunBook(raw);
  }
}

/**
 * The numbers and folders of a pgroup's runs. What changes them does so under a lock that other processes
 * heed, and on other hosts where the file system has such locks; it is on disk when a call returns.
 *
 * All calls throw PgroupFolderMissing, PgroupNotWritable or PgroupBusy where the folder is not to be used.
 */
export class RunBook {
  constructor(readonly raw: string) {}

  /** Takes the next run number. @throws PgroupClosed */
  advance(): Promise<number> {
    return Promise.reject(new Error('not yet'));
  }

  /** The run number that was taken last, 0 where none was. @throws PgroupClosed */
  current(): Promise<number> {
    return Promise.reject(new Error('not yet'));
  }

  /** Closes the pgroup for good. @throws PgroupClosed when it is closed */
  close(): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /** @throws PgroupClosed */
  assertOpen(): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /**
   * Takes numbers for a retrieval and makes its run's folders and metadata.
   *
   * All checks come first, so that nothing is spent by what is refused. Then the numbers are put on disk, then
   * `intend` is awaited, then folders, metadata and scan file are put on disk.
   *
   * @param intend notes durably what is about to be done; where it fails, nothing more happens
   * @throws PgroupClosed, RunNumberAhead, RunNumberUsed, RunTagDiffers, InvalidRunName; what `intend` throws
   */
  acquire(retrieval: Retrieval, intend: (plan: Plan) => Promise<void>): Promise<Plan> {
    return Promise.reject(new Error(`not yet: ${retrieval.id} ${intend.name}`));
  }

  /** Makes what of a plan is not on disk. @throws PlanOvertaken when another acquisition has its numbers */
  complete(retrieval: Retrieval, plan: Plan): Promise<void> {
    return Promise.reject(new Error(`not yet: ${retrieval.id} ${plan.runNumber}`));
  }

  /**
   * Takes files out of a plan, and of the metadata on disk, that nobody writes after all.
   *
   * @returns the plan as it is now
   */
  withdraw(retrieval: Retrieval, plan: Plan, notWritten: NotWritten): Promise<Plan> {
    return Promise.reject(
      new Error(`not yet: ${retrieval.id} ${plan.runNumber} ${notWritten.pv_list?.length}`),
    );
  }

  /** Removes what `acquire` put on disk, its numbers excepted. Nothing of other acquisitions is touched. */
  undo(retrieval: Retrieval, plan: Plan): Promise<void> {
    return Promise.reject(new Error(`not yet: ${retrieval.id} ${plan.runNumber}`));
  }
}
