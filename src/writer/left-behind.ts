import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';
import { errorText } from '../logging/error-text.js';
import { EventLog } from '../logging/event-log.js';
import type { Cleared } from './error-files/answered-requests.js';
import { errorFileOf } from './error-files/error-file-beside.js';
import type { FileWorker } from './threads/file-worker.js';

const INTERVAL_MS = 15_000;
/** Where there are many, or disks are slow, it waits so many times as long as the look took. */
const REST = 10;
/** At most so many intervals. */
const MOST_INTERVALS = 20;
/** Error files beside output files that are remembered: the newest. */
const MAX_BESIDE = 1000;
const SUFFIX = '.err';

/**
 * Clears the error files that this writer left where nobody else does it: in its state folder, which others
 * don't see, and beside files that another writer made without seeing them. Looks at its start, and as long as
 * there are some every 15 s, or less often where that takes long.
 */
export class LeftBehind implements OnApplicationShutdown {
  private readonly logger = new EventLog('Writer');
  private readonly failedFolder: string;
  /** Output files beside which this process left one. */
  private readonly beside = new Set<string>();
  /** The one in the state folder that could not be looked at: others come first the next time. */
  private stuckAt = '';
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  /** One was left since the last look began. */
  private isNews = false;
  private isOver = false;

  /**
   * @param files a worker of its own: disks that hang must not hold up anything else
   * @param leftInState names of the error files in the state folder
   */
  constructor(
    private readonly files: FileWorker,
    private readonly leftInState: () => Promise<string[]>,
    stateDirectory: string,
    private readonly intervalMs = INTERVAL_MS,
  ) {
    this.failedFolder = join(stateDirectory, 'failed');
  }

  start(): void {
    this.sweepAfter(0);
  }

  /** An error file was left. */
  note(errorFile: string): void {
    if (!errorFile.startsWith(`${this.failedFolder}/`)) {
      const outputFile = errorFile.slice(0, -SUFFIX.length);
      this.beside.delete(outputFile);
      this.beside.add(outputFile);
      const [oldest] = this.beside;
      if (this.beside.size > MAX_BESIDE) this.beside.delete(oldest);
    }
    this.isNews = true;
    if (!this.timer && !this.sweeping) this.sweepAfter(this.intervalMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.sweeping;
    await this.files.close();
  }

  private sweepAfter(ms: number): void {
    if (this.isOver) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sweeping = this.sweep().finally(() => (this.sweeping = undefined));
    }, ms).unref();
  }

  private async sweep(): Promise<void> {
    this.isNews = false;
    const begun = performance.now();
    const cleared = [
      await this.attempt(() => this.clearBeside()),
      await this.attempt(() => this.clearInState()),
    ];
    const rest = Math.min(REST * (performance.now() - begun), MOST_INTERVALS * this.intervalMs);
    const wait = Math.max(this.intervalMs, rest);
    const isClear = cleared.every(Boolean);
    if (isClear && !this.isNews) await this.files.close();
    if (!isClear || this.isNews) this.sweepAfter(wait);
  }

  /** @returns what the look returns; false where it failed */
  private async attempt(look: () => Promise<boolean>): Promise<boolean> {
    try {
      return await look();
    } catch (error) {
      this.logger.debug('error files were not looked at', { reason: errorText(error) });
      return false;
    }
  }

  /** @returns whether there are none left */
  private async clearBeside(): Promise<boolean> {
    for (const outputFile of [...this.beside]) {
      if (this.isOver) break;
      // One that can't be looked at is the last the next time.
      this.beside.delete(outputFile);
      this.beside.add(outputFile);
      const cleared = await this.files.call('clearBeside', outputFile);
      if (cleared === undefined) continue;
      this.beside.delete(outputFile);
      if (cleared !== 'gone') this.tell(errorFileOf(outputFile), cleared);
    }
    return this.beside.size === 0;
  }

  /** @returns whether there are none left */
  private async clearInState(): Promise<boolean> {
    const names = (await this.leftInState()).toSorted();
    const later = names.filter((name) => name > this.stuckAt);
    let left = names.length;
    for (const name of [...later, ...names.slice(0, names.length - later.length)]) {
      if (this.isOver) break;
      this.stuckAt = name;
      const cleared = await this.files.call('clearInState', name);
      if (cleared === undefined) continue;
      left--;
      this.tell(join(this.failedFolder, name), cleared);
    }
    this.stuckAt = '';
    return left === 0;
  }

  private tell(file: string, { requestId: request_id, outputFile: output_file }: Cleared): void {
    const event = { ...(request_id !== undefined && { request_id }), output_file, file };
    this.logger.log('error file removed, as the file is there', event);
  }
}
