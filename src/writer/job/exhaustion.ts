import { DataSourceError } from '../../databuffer/errors.js';
import { Hdf5Failure } from '../../hdf5/library/hdf5-failure.js';
import { EXHAUSTION_CODES } from '../../filesystem/errors.js';

/** Code of such a failure. */
export const EXHAUSTED = 'resources_exhausted';

/** The remedy. */
export const EXHAUSTION_REMEDY =
  'no descriptors, memory or threads are left. Raise the limits (LimitNOFILE=, LimitAS=, MemoryMax=; ' +
  'ulimit -n, -v), or lower --concurrency';

/** Messages of the engine, WebAssembly and HDF5, which have no codes. */
const WORDS =
  /out of memory|cannot allocate|could not allocate|allocation failed|cannot enlarge memory|no file descriptors|too many open files|worker initialization failure: E(AGAIN|MFILE|NFILE|NOMEM)/i;

/**
 * The error that says that descriptors, memory or threads have run out, if that is why
 * something failed: it passes when others have ended.
 *
 * A thread whose own heap is full is not meant: the job that filled it will fill the next one.
 */
export function exhaustionIn(thrown: unknown): Error | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code } = thrown as NodeJS.ErrnoException;
  if (EXHAUSTION_CODES.has(code) || code === 'ERR_MEMORY_ALLOCATION_FAILED') return thrown;
  if (isOfTheEngine(thrown) && WORDS.test(thrown.message)) return thrown;
  return exhaustionIn(thrown.cause);
}

/** Whether its words are ours or the engine's. A server may say of itself that it is out of memory. */
function isOfTheEngine(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    error instanceof Hdf5Failure ||
    error instanceof RangeError ||
    error.name === 'RuntimeError' ||
    (code === 'ERR_WORKER_INIT_FAILED' && !(error instanceof DataSourceError))
  );
}
