import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fill } from './disks.js';

const BYTES = 64 * 1024 * 1024;

/**
 * A disk that gets full and is freed again. Where mounting is not allowed it can't be written to meanwhile
 * instead.
 */
export class FillingDisk {
  private readonly isMounted: boolean;

  constructor(
    private readonly folder: string,
    mayMount: boolean,
  ) {
    mkdirSync(folder);
    const options = `size=${BYTES},mode=755`;
    const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
    this.isMounted = mayMount && mount().status === 0;
    process.once('exit', this.clear);
  }

  fill(): void {
    if (this.isMounted) fill(this.folder);
    else chmodSync(this.folder, 0o555);
  }

  free(): void {
    if (this.isMounted) rmSync(join(this.folder, 'filled-up'), { force: true });
    else chmodSync(this.folder, 0o755);
  }

  /** Lazily: processes that end at the same time may still have files there. */
  readonly clear = (): void => {
    if (this.isMounted) spawnSync('umount', ['--lazy', this.folder]);
    process.off('exit', this.clear);
  };
}
