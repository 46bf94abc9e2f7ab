import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { UserIdNotApplied } from './errors.js';

/** Missing in Node's types. */
interface WithInitgroups {
  initgroups(user: number, extraGroup: number): void;
}

/** -1: the process stays as it was started. */
export const AS_STARTED = -1;

/**
 * Makes the whole process run as a user: gid and uid both become `userId`, the supplementary groups
 * those of the account where there is one, else just that gid.
 *
 * Comes before sockets, threads and files, which would keep what the process was before. Afterwards
 * the ids of every thread that exists are verified.
 *
 * @throws UserIdNotApplied; the process must end then, as it may be half-way
 */
export function applyUserId(userId: number): void {
  if (userId === AS_STARTED) return;
  if (!process.setuid || !process.setgid) {
    throw new UserIdNotApplied(userId, 'this system has no user ids');
  }
  // Who already is this user need not, and without privileges can't, choose groups.
  if (process.geteuid!() === 0 || !runsAs(userId)) become(userId);
  verifyThreads(userId);
}

function runsAs(userId: number): boolean {
  return [process.getuid, process.geteuid, process.getgid, process.getegid].every(
    (id) => id!() === userId,
  );
}

function become(userId: number): void {
  try {
    setGroups(userId);
    // The group first: without the user's privileges it could not be changed any more.
    process.setgid!(userId);
    process.setuid!(userId);
  } catch (error) {
    throw new UserIdNotApplied(userId, (error as Error).message, { cause: error });
  }
}

function setGroups(userId: number): void {
  try {
    (process as unknown as WithInitgroups).initgroups(userId, userId);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_CREDENTIAL') throw error;
    process.setgroups!([userId]);
  }
}

/** Each thread has ids of its own in Linux; that the C library changed all of them is worth a look. */
function verifyThreads(userId: number): void {
  for (const thread of threadsOfThisProcess()) {
    const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
    for (const kind of ['Uid', 'Gid']) {
      // Real, effective, saved and file system id.
      const ids = new RegExp(`^${kind}:\\s*(.*)$`, 'm').exec(status)?.[1].split(/\s+/) ?? [];
      if (ids.length !== 4 || ids.some((id) => Number(id) !== userId)) {
        throw new UserIdNotApplied(userId, `thread ${thread} has ${kind} ${ids.join(' ')}`);
      }
    }
  }
  if (!runsAs(userId)) throw new UserIdNotApplied(userId, 'the process kept other ids');
}

/** Empty if the system does not tell; other systems have one set of ids a process. */
function threadsOfThisProcess(): string[] {
  const threads = '/proc/self/task';
  return existsSync(threads) ? readdirSync(threads) : [];
}
