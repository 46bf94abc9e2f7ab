import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { whyUnreadable } from '../../../filesystem/why-unreadable.js';
import { errorText } from '../../../logging/error-text.js';
import { readContents, readHead } from '../file-contents.js';
import { Hdf5Library } from '../../library/hdf5-library.js';
import { Obstacles } from './obstacles.js';
import type { FromReadingThread, ReadResult, ReadTask, Steps } from './messages.js';

const REMEDY = 'Raise the limits of the process (LimitAS=, MemoryMax=; ulimit -v)';

// Entry of a thread that reads one file after another, and is ended when one of them proves too much.
const main = parentPort!;
const steps = workerData as Steps;
post({ type: 'started', task: ownTask() });
const obstacles = new Obstacles();
const loaded = Hdf5Library.loadForReading();

main.on('message', (task: ReadTask) => {
  void loaded.then(
    (library) => post({ type: 'result', result: read(task, library) }),
    (error: unknown) => {
      const reason = `${errorText(error)}. ${REMEDY}`;
      post({ type: 'result', result: { failed: 'library', reason } });
    },
  );
});

function read(task: ReadTask, library: Hdf5Library): ReadResult {
  const { path } = task;
  progress();
  try {
    // HDF5's own words for a file that can't be opened tell less.
    tryToOpen(path);
  } catch (error) {
    return { failed: 'disk', reason: whyUnreadable(error) };
  }
  obstacles.watch(library);
  try {
    const found =
      task.type === 'head'
        ? readHead(library, path, progress)
        : readContents(library, path, { channels: task.channels, progress });
    return { found };
  } catch (error) {
    return obstacles.judge(error);
  }
}

function tryToOpen(path: string): void {
  const fd = openSync(path, 'r');
  const isFolder = fstatSync(fd).isDirectory();
  closeSync(fd);
  if (isFolder) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
}

function progress(): void {
  Atomics.add(steps, 0, 1);
}

/** The thread as the kernel knows it, e.g. `123/task/124`; undefined on other systems than Linux. */
function ownTask(): string | undefined {
  try {
    return readlinkSync('/proc/thread-self');
  } catch {
    return undefined;
  }
}

function post(message: FromReadingThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  main.postMessage(message);
}
