import type { RequestHead } from '../api/broker.js';
import { now } from '../api/clock.js';
import { fileName } from '../format/files.js';
import { counted } from '../format/numbers.js';
import { isIncomplete } from '../format/states.js';
import { age } from '../format/times.js';
import { ask } from '../shell/question.js';
import { isThere, newestWritten } from './written-files.js';

/**
 * Asks before a file is replaced; yes at once where there is none.
 *
 * @param files absolute, or relative to some output root
 * @throws Error with the broker's sentence, where it can't say what there is
 */
export async function mayReplace(files: readonly string[]): Promise<boolean> {
  for (const file of files) {
    const head = await newestWritten(file);
    const path = head?.output_file;
    if (!path || path === '/dev/null' || !(await isThere(path))) continue;
    if (!(await ask(questionOf(head), 'Replace'))) return false;
  }
  return true;
}

/** As {@link mayReplace}, before a request is acquired again. Its own file is worth a question if it is complete. */
export async function mayAcquireOver(head: RequestHead): Promise<boolean> {
  const { output_file: file, state } = head;
  if (file === undefined || (state === 'written' && isIncomplete(head))) return true;
  return mayReplace([file]);
}

function questionOf({ output_file: file = '', channels_written: channels, time }: RequestHead) {
  const count = channels === undefined ? '' : `${counted(channels, 'channel')}, `;
  return `${fileName(file)} exists (${count}written ${age(Math.max(0, now.value - time))} ago). Replace it?`;
}
