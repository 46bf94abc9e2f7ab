import { setTimeout as sleep } from 'node:timers/promises';
import { EventLog } from '../../logging/event-log.js';
import { EXHAUSTION_CODES } from '../../filesystem/errors.js';

const WAIT_MS = 1000;
/** One line for so many tries. */
const TRIES_PER_LINE = 60;

/**
 * Reads something, and keeps trying for as long as the process or the machine has no descriptors or memory
 * left: accepted requests must be recovered, and the broker goes on taking acquisitions meanwhile.
 *
 * @param read may be called several times
 * @throws what `read` fails with otherwise
 */
export async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!EXHAUSTION_CODES.has(code)) throw error;
      if (tries % TRIES_PER_LINE === 0) {
        const message =
          'waiting for descriptors or memory to recover open requests: raise the limits';
        new EventLog('Broker').warn(message, { error, retry_in_s: WAIT_MS / 1000 });
      }
      await sleep(WAIT_MS);
    }
  }
}
