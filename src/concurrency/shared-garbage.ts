import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * Counts shared memory that this thread has given up. The engine does not, when it decides whether to
 * collect garbage: some values of hundreds of MB would stay, each in its own memory.
 */
export class SharedGarbage {
  private bytes = 0;

  /** So many bytes more are of no use. Some milliseconds, where they come to much. */
  add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < LIMIT_BYTES) return;
    this.bytes = 0;
    collectGarbage();
  }
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
