import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DISK_FOLDERS } from './planned-request.js';

const SMALL_BYTES = 256 * 1024;
const FULL_BYTES = 64 * 1024;
/** Larger than what a writer tries out when it starts, smaller than the file of a request for a disk that is full. */
const LIMIT_BYTES = 1.5e6;

/**
 * Disks that are full: a small one, which an error file still fits on, and one without a free byte.
 * Where mounting is not allowed the writers get a limit on the size of files instead; error files
 * have room then.
 */
export class Disks {
  readonly areMounted: boolean;
  private readonly mounted: string[] = [];

  constructor(output: string, mayMount: boolean) {
    const small = join(output, DISK_FOLDERS['small disk']);
    const full = join(output, DISK_FOLDERS['full disk']);
    for (const folder of [small, full]) mkdirSync(folder, { recursive: true });
    this.areMounted = mayMount && this.mount(small, SMALL_BYTES) && this.mount(full, FULL_BYTES);
    if (this.areMounted) fill(full);
    process.once('exit', this.clear);
  }

  /** The beginning of a writer's command line that makes its disk small. */
  get limit(): readonly string[] {
    return this.areMounted ? [] : ['prlimit', `--fsize=${LIMIT_BYTES}`];
  }

  /** Lazily: processes that end at the same time may still have files there. */
  readonly clear = (): void => {
    for (const folder of this.mounted.splice(0)) spawnSync('umount', ['--lazy', folder]);
    process.off('exit', this.clear);
  };

  private mount(folder: string, bytes: number): boolean {
    const options = `size=${bytes},mode=755`;
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
    if (status === 0) this.mounted.push(folder);
    return status === 0;
  }
}

/** Takes all room that a disk has. */
export function fill(folder: string): void {
  const file = openSync(join(folder, 'filled-up'), 'w');
  const block = Buffer.alloc(4096);
  try {
    while (writeSync(file, block) === block.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
