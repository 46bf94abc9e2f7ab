import { readFileSync } from 'node:fs';

const GB = 1024 ** 3;
/** Address space that WebAssembly reserves for one memory, however little of it is used. */
const RESERVED_BYTES = 10 * GB;

/**
 * Why HDF5 can't be loaded in a further thread, as the process may not have the address space, with the
 * remedy. Asked before a thread is started: with far too little the engine aborts the process.
 *
 * @param threads that are still to load it, this one included
 */
export function addressSpaceProblem(threads = 1): string | undefined {
  const limit = numberIn('/proc/self/limits', /^Max address space +(\d+)/m);
  const used = numberIn('/proc/self/status', /^VmSize:\s+(\d+) kB/m);
  if (limit === undefined || used === undefined) return undefined;
  if (limit - used * 1024 >= threads * RESERVED_BYTES) return undefined;
  return (
    `HDF5 reserves ${RESERVED_BYTES / GB} GB of address space in each thread, and the limit is ` +
    `${(limit / GB).toFixed(1)} GB: raise it, or lift it (LimitAS=, ulimit -v)`
  );
}

/** Undefined without such a limit, and on other systems than Linux. */
function numberIn(path: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(path, 'latin1'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
