import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { GivenFiles } from '../../hdf5/browse/given-files.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import type { FromReader, ServedFiles, ToReader } from '../messages.js';
import { Replies } from './replies.js';

// Entry of a process that reads files for whoever started it, step by step, and ends with it. It may be ended,
// or die, at any time.

const HIGHEST_OOM_SCORE = 1000;

const [served, parent] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown);

// The terminal's Ctrl-C goes to both; the other one says when this one is to end.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
// Also while HDF5 is busy with a file for ever.
new Worker(new URL('./parent-watch-thread.js', import.meta.url), { workerData: parent }).unref();
giveWay();

const library = await Hdf5Library.loadForReading();
const files = library.call('', 'hdf5_read_failed', (h5) => new GivenFiles(h5));
const replies = new Replies(served as ServedFiles, library, files);
process.on('message', (message: ToReader) => {
  const answer = replies.step(message);
  if (answer) send(answer);
});
send({ answer: 'ready' });

/** Others go first, for the processor; where memory is short, this process is the first to go. */
function giveWay(): void {
  for (const give of [
    () => setPriority(constants.priority.PRIORITY_BELOW_NORMAL),
    () => writeFileSync('/proc/self/oom_score_adj', String(HIGHEST_OOM_SCORE)),
  ]) {
    try {
      give();
    } catch {
      // Another system than Linux, or one that allows no change: the limits that the other process watches remain.
    }
  }
}

function send(message: FromReader): void {
  // The other process is gone when this fails, and this one ends.
  process.send!(message, undefined, undefined, () => undefined);
}
