import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second for all who ask it, whatever it uses itself. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds that a thread of this process has computed so far: not those in which it waited.
 *
 * @param task as `/proc/thread-self` of the thread has it
 * @returns undefined where it has ended, or the system does not tell
 */
export function threadSeconds(task: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${task}/stat`, 'latin1');
    // The name in parentheses may hold anything; user and system time are the 12th and 13th after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
