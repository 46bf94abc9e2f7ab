import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';
import { errorText } from '../logging/error-text.js';
import { EventLog } from '../logging/event-log.js';
import type { Cleared } from './error-files/answered-requests.js';
import { errorFileOf } from './error-files/error-file-beside.js';
import type { FileWorker } from './threads/file-worker.js';

const INTERVAL_MS = 15_000;
/** Error files beside output files that are remembered: the newest. */
const MAX_BESIDE = 1000;
const SUFFIX = '.err';

/**
 * Clears the error files that this writer left where nobody else does it: in its state folder, which others
 * don't see, and beside files that another writer made without seeing them. Looks at its start, and every
 * 15 s as long as there are some.
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
    let left = true;
    try {
      await this.clearBeside();
      left = (await this.clearInState()) || this.beside.size > 0;
    } catch (error) {
      this.logger.debug('error files were not looked at', { reason: errorText(error) });
    }
    if (left) this.sweepAfter(this.intervalMs);
    else await this.files.close();
  }

  private async clearBeside(): Promise<void> {
    for (const outputFile of [...this.beside]) {
      if (this.isOver) return;
      const cleared = await this.files.call('clearBeside', outputFile);
      if (cleared === undefined) continue;
      this.beside.delete(outputFile);
      if (cleared !== 'gone') this.tell(errorFileOf(outputFile), cleared);
    }
  }

  /** @returns whether there are some left */
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
    return left > 0;
  }

  private tell(file: string, { requestId: request_id, outputFile: output_file }: Cleared): void {
    const event = { ...(request_id !== undefined && { request_id }), output_file, file };
    this.logger.log('error file removed, as the file is there', event);
  }
}
