import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second for all who ask it, whatever it uses itself. */
const TICKS_PER_SECOND = 100;

/** The state of a thread, as the kernel tells it. */
export interface ThreadTime {
  /** Seconds that it has computed so far, not those in which it waited. */
  readonly computed: number;
  /** Whether it computes now, or would if the machine had the time. */
  readonly isRunning: boolean;
}

/**
 * Looks at a thread of this process.
 *
 * @param task as `/proc/thread-self` of the thread has it
 * @returns undefined where it has ended, or the system does not tell
 */
export function threadTime(task: string): ThreadTime | undefined {
  try {
    const stat = readFileSync(`/proc/${task}/stat`, 'latin1');
    // The name in parentheses may hold anything. After it comes the state, and user and system time
    // are the 12th and 13th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const computed = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    return { computed, isRunning: fields[0] === 'R' };
  } catch {
    return undefined;
  }
}
