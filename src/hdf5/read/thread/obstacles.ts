import { errorText } from '../../../logging/error-text.js';
import { Hdf5Failure } from '../../library/hdf5-failure.js';
import type { Hdf5Library } from '../../library/hdf5-library.js';
import type { ReadResult } from './messages.js';

/** HDF5's message where it looks for a filter as a plug-in, or knows none. */
const MISSING_FILTER = /can't open directory .*plugin|filter.* not (registered|available|located)/;

/** Of this thread alone. */
const { Memory: memory } = WebAssembly as unknown as {
  Memory: { readonly prototype: { grow: (pages: number) => number } };
};

/**
 * Notes what kept HDF5 from reading a file in this thread, so that nobody has to guess it from an
 * error's words: reads that failed, and memory that the system did not give.
 */
export class Obstacles {
  private readFailed = false;
  private memoryFailed = false;
  private watched: Hdf5Library | undefined;

  /** Begins to note, afresh for each file. */
  watch(library: Hdf5Library): void {
    this.readFailed = false;
    this.memoryFailed = false;
    if (this.watched === library) return;
    this.watched = library;
    tellOfFailures(library.fileSystem, 'read', () => (this.readFailed = true));
    tellOfFailures(memory.prototype, 'grow', () => (this.memoryFailed = true));
  }

  /** The cause of an error of HDF5. */
  judge(error: unknown): ReadResult {
    const reason = error instanceof Hdf5Failure ? error.reason : errorText(error);
    if (this.readFailed) return { failed: 'disk', reason };
    if (this.memoryFailed || /Array buffer allocation failed/.test(reason))
      return { failed: 'memory', reason };
    // A filter that is not installed here says nothing about the file; one that is, and fails, does.
    return { failed: MISSING_FILTER.test(reason) ? 'filter' : 'refused', reason };
  }
}

/** Has a method tell when it throws, and throw all the same. */
function tellOfFailures<K extends string>(
  owner: Record<K, (...args: never[]) => unknown>,
  name: K,
  tell: () => void,
): void {
  const method = owner[name];
  owner[name] = function (this: unknown, ...args) {
    try {
      return method.apply(this, args);
    } catch (error) {
      tell();
      throw error;
    }
  };
}
