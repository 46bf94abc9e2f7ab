import { SerialQueue } from '../../../concurrency/serial-queue.js';
import type { FileContents, FileHead } from '../file-contents.js';
import { addressSpaceProblem } from '../../library/address-space.js';
import { DamagedFile, FileUnreadable, ReadingImpossible } from './errors.js';
import type { ReadTask } from './messages.js';
import { type Ending, ReadingWorker } from './reading-worker.js';
import type { ReadLimits } from './watch.js';

const LIMITS: ReadLimits = { computing: 5, waiting: 60 };
/** A thread that nobody needs gives its memory back. */
const KEPT_MS = 30_000;

/**
 * Reads the contents of files of any origin, in a thread that can be ended: a damaged
 * file can keep HDF5 busy for ever, or break it for the file after it.
 *
 * The thread is started for the first file and kept for a while. It never keeps the process alive.
 */
export class FileReader {
  private worker: ReadingWorker | undefined;
  private end: NodeJS.Timeout | undefined;
  private readonly reads = new SerialQueue();

  /** @param limits for each step of reading, i.e. a channel or 65,536 of its rows */
  constructor(private readonly limits = LIMITS) {}

  /**
   * Reads a file's contents. Files are read one after another, however many are asked for.
   *
   * @param channels read these alone; all where it is left out, none where it is empty
   * @throws DamagedFile, FileUnreadable
   */
  read(path: string, channels?: readonly string[]): Promise<FileContents> {
    return this.inTurn<FileContents>({ type: 'contents', path, channels });
  }

  /** Of which request a file is, and whether it has rows. @throws DamagedFile, FileUnreadable */
  head(path: string): Promise<FileHead> {
    return this.inTurn<FileHead>({ type: 'head', path });
  }

  /** Ends the thread. */
  close(): void {
    clearTimeout(this.end);
    this.worker?.end();
    this.worker = undefined;
  }

  private inTurn<Found>(task: ReadTask): Promise<Found> {
    return this.reads.run(() => this.readNext(task)) as Promise<Found>;
  }

  private async readNext(task: ReadTask): Promise<FileContents | FileHead> {
    const isFresh = this.worker === undefined;
    let ending = await this.tryToRead(task);
    // Nothing known of an earlier file may be believed of this one.
    if ('failed' in ending && ending.failed === 'refused' && !isFresh) {
      ending = await this.tryToRead(task);
    }
    if ('found' in ending) return ending.found;
    throw failureOf(task.path, ending);
  }

  private async tryToRead(task: ReadTask): Promise<Ending> {
    clearTimeout(this.end);
    if (!this.worker) {
      const reason = addressSpaceProblem();
      if (reason !== undefined) return { failed: 'library', reason };
    }
    this.worker ??= new ReadingWorker();
    const ending = await this.worker.read(task, this.limits);
    // HDF5 holds on to what it failed with.
    if ('failed' in ending) this.close();
    else this.end = setTimeout(() => this.close(), KEPT_MS).unref();
    return ending;
  }
}

function failureOf(path: string, { failed, reason }: Exclude<Ending, { found: unknown }>) {
  if (failed === 'library') return new ReadingImpossible(path, reason);
  if (failed === 'refused' || failed === 'computing') return new DamagedFile(path, reason);
  return new FileUnreadable(path, reason, failed !== 'filter');
}
