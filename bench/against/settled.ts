import { setTimeout as delay } from 'node:timers/promises';
import { processorSeconds } from '../queue/processes.js';

const STEP_MS = 40;
const MOST_STEPS = 10;

/** Waits until processes do nothing any more. @returns processor time that they have used so far, s */
export async function settled(pids: readonly number[]): Promise<number> {
  const used = () => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
  let before = used();
  for (let step = 0; step < MOST_STEPS; step++) {
    await delay(STEP_MS);
    const after = used();
    if (after === before) break;
    before = after;
  }
  return before;
}
