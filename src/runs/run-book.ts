import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { EventLog } from '../logging/event-log.js';
import { AcquisitionOnDisk } from './acquisition-on-disk.js';
import { Counters } from './counters.js';
import {
  InvalidRunName,
  PgroupClosed,
  PgroupNotWritable,
  RunNumberAhead,
  RunNumberUsed,
  RunTagDiffers,
} from './errors.js';
import { ExistingRuns } from './existing-runs.js';
import { placesOf, planOf } from './make-plan.js';
import { componentProblem, directoryProblem, isSuffix, scanNameProblem } from './names.js';
import { PgroupLock } from './pgroup-lock.js';
import type { Plan } from './plan.js';
import { RawFolder } from './raw-folder.js';
import type { NotWritten, Retrieval } from './retrieval.js';
import { CLOSED, META, RUN_INFO, numberOfMetadata, runFolderName } from './run-names.js';

/** The books of all pgroups that a process keeps. Calls of one pgroup run one after another. */
export class RunBooks {
  private readonly shared: Shared = { calls: new KeyedMutex(), unlocked: new Set() };

  /** @param raw a pgroup's raw folder, see `PgroupRoots` */
  of(raw: string): RunBook {
    return new RunBook(raw, this.shared);
  }
}

interface Shared {
  readonly calls: KeyedMutex;
  /** Folders of which was told that they can't be locked. */
  readonly unlocked: Set<string>;
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
    private readonly shared: Shared,
  ) {}

  /** Takes the next run number. @throws PgroupClosed */
  advance(): Promise<number> {
    return this.locked(async (raw) => {
      refuseClosed(raw);
      const runs = await ExistingRuns.read(raw);
      const counters = new Counters(raw);
      const number = this.free(await counters.read('LAST_RUN', runs), (each) => runs.has(each));
      await counters.write({ LAST_RUN: number });
      return number;
    });
  }

  /** The run number that was taken last, 0 where none was. @throws PgroupClosed */
  async current(): Promise<number> {
    const state = await this.opened(async (raw) => {
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
    return this.opened((raw) => Promise.resolve(refuseClosed(raw)));
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
  async acquire(retrieval: Retrieval, intend: (plan: Plan) => Promise<void>): Promise<Plan> {
    refuseNames(retrieval);
    return this.locked(async (raw) => {
      refuseClosed(raw);
      const runs = await ExistingRuns.read(raw);
      const counters = new Counters(raw);
      const last = await counters.read('LAST_RUN', runs);
      const runNumber = retrieval.runNumber ?? this.nextFor(raw, retrieval, runs, last);
      if (runNumber > last && retrieval.runNumber !== undefined) {
        throw new RunNumberAhead(runNumber, last);
      }
      this.refuseUsed(raw, retrieval, runs, runNumber);
      const acquisitionNumber = await nextAcquisition(raw, retrieval, runNumber);
      const uniqueAcquisitionNumber = (await counters.read('LAST_ARUN', runs)) + 1;
      const draft = { runNumber, acquisitionNumber, uniqueAcquisitionNumber, scanStep: 0 };
      const { scan } = placesOf(retrieval, draft);
      const scanStep = scan ? await AcquisitionOnDisk.stepsIn(raw, scan) : 0;
      const plan = planOf(retrieval, this.raw, { ...draft, scanStep });
      await counters.write({
        ...(runNumber > last && { LAST_RUN: runNumber }),
        LAST_ARUN: uniqueAcquisitionNumber,
      });
      await passed(intend(plan));
      await new AcquisitionOnDisk(raw, retrieval, plan).make();
      return plan;
    });
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

  private nextFor(raw: RawFolder, retrieval: Retrieval, runs: ExistingRuns, last: number): number {
    return this.free(
      last,
      (each) => runs.has(each) || this.promisedFile(raw, retrieval, each) !== undefined,
    );
  }

  /** The next number that nothing has. A counter may be lower than what exists, where it came from a copy. */
  private free(last: number, isTaken: (runNumber: number) => boolean): number {
    let next = last + 1;
    while (isTaken(next)) next++;
    if (next > last + 1) {
      this.logger.warn('run numbers that exist already were left out', {
        file: join(this.raw, RUN_INFO, 'LAST_RUN'),
        reason: `it held ${last}, and runs up to ${next - 1} exist`,
      });
    }
    return next;
  }

  /** @throws RunTagDiffers, RunNumberUsed, PgroupNotWritable */
  private refuseUsed(
    raw: RawFolder,
    retrieval: Retrieval,
    runs: ExistingRuns,
    runNumber: number,
  ): void {
    if (retrieval.layout === 'run') {
      const own = runFolderName(runNumber, retrieval.suffix);
      const folders = runs.foldersOf(runNumber);
      if (folders.length > 0 && !folders.includes(own)) {
        throw new RunTagDiffers(runNumber, own, folders);
      }
      for (const folder of [own, `${own}/${META}`]) {
        if (raw.folderIfThere(folder)) raw.refuseUnwritable(folder);
      }
      return;
    }
    const { metadataFolder, metadataName, scan, runFolder } = placesOf(retrieval, {
      runNumber,
      acquisitionNumber: 1,
    });
    const used = runs.hasFlat(runNumber)
      ? join(this.raw, metadataFolder, metadataName)
      : this.promisedFile(raw, retrieval, runNumber);
    if (used !== undefined) throw new RunNumberUsed(runNumber, used);
    for (const folder of [metadataFolder, runFolder, ...(scan ? [scan.folder] : [])]) {
      if (raw.folderIfThere(folder)) raw.refuseUnwritable(folder);
    }
  }

  /** A file that an acquisition of this number would write, and that exists; flat layout only. */
  private promisedFile(
    raw: RawFolder,
    retrieval: Retrieval,
    runNumber: number,
  ): string | undefined {
    if (retrieval.layout === 'run') return undefined;
    const numbers = { runNumber, acquisitionNumber: 1, uniqueAcquisitionNumber: 1, scanStep: 0 };
    const folder = raw.folderIfThere(placesOf(retrieval, numbers).runFolder);
    if (!folder) return undefined;
    const { files } = planOf(retrieval, this.raw, numbers);
    return files.find(({ path }) => isThere(folder.at(basename(path))))?.path;
  }

  /** Works on the raw folder, without the lock. */
  private async opened<T>(work: (raw: RawFolder) => Promise<T>): Promise<T> {
    const raw = RawFolder.open(this.raw);
    try {
      return await work(raw);
    } catch (error) {
      if (error instanceof Passed) throw error.cause;
      throw notWritable(this.raw, raw.withNames(error));
    } finally {
      raw.close();
    }
  }

  private locked<T>(work: (raw: RawFolder) => Promise<T>): Promise<T> {
    return this.shared.calls.run(this.raw, () =>
      this.opened(async (raw) => {
        raw.refuseUnwritable('');
        raw.make(RUN_INFO);
        raw.refuseUnwritable(RUN_INFO);
        const lock = await PgroupLock.take(raw);
        try {
          if (lock.unavailable === undefined) await raw.clearStaged();
          else this.tellUnlocked(lock.unavailable);
          return await work(raw);
        } finally {
          await lock.release();
        }
      }),
    );
  }

  private tellUnlocked(reason: string): void {
    if (this.shared.unlocked.has(this.raw)) return;
    this.shared.unlocked.add(this.raw);
    this.logger.warn('pgroup cannot be locked; two brokers at once could give a number twice', {
      file: join(this.raw, RUN_INFO),
      reason,
    });
  }
}

/** What a caller's own work threw: none of the folder's errors. */
class Passed extends Error {
  override readonly name = 'Passed';
}

async function passed(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw new Passed('thrown by the caller', { cause });
  }
}

/** Errors of the system, as what they mean here; others as they are. */
function notWritable(folder: string, error: unknown): unknown {
  const { errno, path } = error as NodeJS.ErrnoException;
  if (errno === undefined) return error;
  return new PgroupNotWritable(path ?? folder, error);
}

function refuseClosed(raw: RawFolder): void {
  const folder = raw.folderIfThere(RUN_INFO);
  if (folder && isThere(folder.at(CLOSED)))
    throw new PgroupClosed(join(raw.path, RUN_INFO, CLOSED));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Checked by callers, with all other fields at once; here no mistake of theirs leads out of the pgroup. */
function refuseNames(retrieval: Retrieval): void {
  const { directoryName, detectors, scanInfo, layout, suffix, runNumber = 1 } = retrieval;
  const named: [string, string | undefined][] = [
    ['directory_name', directoryName ? directoryProblem(directoryName) : undefined],
    ['user_tag', suffix === undefined || isSuffix(suffix) ? undefined : 'was not cleaned'],
    ...Object.keys(detectors).map((name): [string, string | undefined] => [
      'detectors',
      componentProblem(name),
    ]),
  ];
  if (!Number.isSafeInteger(runNumber) || runNumber < 0) {
    named.push(['run_number', `is ${runNumber}: give a number that /advance_run_number gave`]);
  }
  const scanName = scanInfo?.scan_name;
  if (layout === 'flat' && typeof scanName === 'string' && scanName !== '') {
    named.push(['scan_info.scan_name', scanNameProblem(scanName)]);
  }
  for (const [field, problem] of named) {
    if (problem !== undefined) throw new InvalidRunName(field, problem);
  }
}

async function nextAcquisition(
  raw: RawFolder,
  { layout, suffix }: Retrieval,
  runNumber: number,
): Promise<number> {
  if (layout === 'flat') return 1;
  const folder = raw.folderIfThere(`${runFolderName(runNumber, suffix)}/${META}`);
  const names = folder ? await readdir(folder.at('.')) : [];
  const numbers = names.map(numberOfMetadata).filter((each) => each !== undefined);
  return numbers.reduce((highest, each) => Math.max(highest, each), 0) + 1;
}
