import { createRequire } from 'node:module';

/**
 * The result of trying to lock: `taken`; `held` by another process; or `unavailable`, with the reason why the
 * file system has no locks.
 */
export type LockAttempt = 'taken' | 'held' | { readonly unavailable: string };

/** Tries to lock a file; see {@link lockFile}. */
export type LockFile = (fd: number, mode?: 'shared') => LockAttempt;

type TryLock = (fd: number, options: { readonly shared: boolean }) => boolean;

const tryLock = load();

/**
 * Tries to lock a file for as long as it is open here. The kernel frees the lock with the process,
 * however that ends, and heeds neither names nor PID namespaces.
 *
 * @param fd open for reading and writing
 * @param mode shared: only to see whether somebody has it
 */
export const lockFile: LockFile = (fd, mode) => {
  if (typeof tryLock === 'string') return { unavailable: tryLock };
  try {
    return tryLock(fd, { shared: mode === 'shared' }) ? 'taken' : 'held';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // POSIX allows this for a lock that another has, too.
    return code === 'EACCES' ? 'held' : { unavailable: code ?? message };
  }
};

/** @returns why locks are missing, on a platform without a prebuilt binary */
function load(): TryLock | string {
  try {
    const require = createRequire(import.meta.url);
    return (require('fs-native-extensions') as { readonly tryLock: TryLock }).tryLock;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}
