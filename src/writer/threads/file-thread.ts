import { parentPort, workerData } from 'node:worker_threads';
import { errorText } from '../../logging/error-text.js';
import { FileCalls, type FilePlaces } from './file-calls.js';
import type { FileAnswer, FileCall } from './messages.js';

// Entry of the thread that keeps calls to the file system away from the main thread.
const calls = new FileCalls(workerData as FilePlaces);
const main = parentPort!;

main.on('message', ({ name, args }: FileCall) => void make(name, args));

/** The next call comes when this one is answered. */
async function make(name: FileCall['name'], args: FileCall['args']): Promise<void> {
  let answer: FileAnswer;
  try {
    const call = calls[name] as (...given: unknown[]) => unknown;
    answer = { value: await call.apply(calls, [...args]) };
  } catch (error) {
    answer = { problem: errorText(error) };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  main.postMessage(answer);
}
