import { readFileSync } from 'node:fs';

/** In the place of a start time: the process ended, and its parent has not asked for its exit code yet. */
const ENDED = 'ended';

/** A process as it can be told from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** `<boot>.<clock ticks from boot to the process's start>`; empty where the system does not tell. */
  readonly startTime: string;
}

/** The running process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid) };
}

/** Whether that very process still runs; in doubt it does. A zombie does not. */
export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the id is taken by a process that this user must not signal.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const current = startTimeOf(pid);
  if (current === ENDED) return false;
  return current === '' || startTime === '' || current === startTime;
}

function startTimeOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // From field 3 on; the second is the command in brackets and may itself contain blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' ? ENDED : `${boot}.${ticks}`;
  } catch {
    return ''; // Not Linux, or processes of other users are hidden: the id alone has to do.
  }
}
