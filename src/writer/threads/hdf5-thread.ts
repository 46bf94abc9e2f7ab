import { parentPort, workerData } from 'node:worker_threads';
import { FileTaker } from '../../hdf5/handed/file-taker.js';
import { SharedBuffers } from '../../hdf5/handed/shared-buffers.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import type { PartnerData, PartnerReady } from './messages.js';

// Entry of the partner of a job thread: it has HDF5 and the job's file, and nothing else of the job.
const { port, parts } = workerData as PartnerData;
const taker = new FileTaker(await Hdf5Library.load(), port, new SharedBuffers(parts));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
parentPort!.postMessage({ type: 'ready' } satisfies PartnerReady);
taker.start();
