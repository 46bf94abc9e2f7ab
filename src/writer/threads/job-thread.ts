import { parentPort, workerData } from 'node:worker_threads';
import { type PartnerOffer, Partnership } from '../../hdf5/handed/partnership.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { DataSourceError } from '../../databuffer/errors.js';
import { EXHAUSTED } from '../job/exhaustion.js';
import { failureOf } from '../job/failure-of.js';
import { JobTools } from '../job/job-tools.js';
import type { JobProgress } from '../job/job.js';
import { lookOnDisk } from '../job/find-existing-output.js';
import { runJob } from '../job/run-job.js';
import { ShutDown } from '../errors.js';
import { pause } from '../pause.js';
import type { FromThread, JobThreadData, Task, ToThread, Trial } from './messages.js';
import { warmUp } from './warm-up.js';

// Entry of a worker thread: HDF5 is loaded once, then jobs are carried out as they come, one at a time.
const main = parentPort!;
const data = workerData as JobThreadData;
const partnership = new Partnership(data.partner && askForPartner);
let taskComes!: () => void;
const comesTask = new Promise<void>((resolve) => (taskComes = resolve));
let current: AbortController | undefined;
let goOn: (() => void) | undefined;
const ready = prepare();

main.on('message', (message: ToThread) => {
  if (message.type === 'abort') current?.abort(new ShutDown('before the file was complete'));
  else if (message.type === 'go on') goOn?.();
  else if (message.type === 'no partner') partnership.failed();
  else void carryOut(message);
});

/** Where HDF5 failed at the warm-up the thread ends; one that has a job from the start does without. */
async function prepare(): Promise<JobTools> {
  const partner = data.partner === 'at once' ? partnership.want() : undefined;
  const tools = new JobTools(data, await Hdf5Library.load(), partnership);
  await Promise.race([partner, comesTask]);
  const trial = await tryOut(tools);
  post({ type: 'tried out', ...trial });
  if (tools.files.needsFreshThread) throw new Error(trial.warning ?? trial.problem);
  return tools;
}

async function tryOut(tools: JobTools): Promise<Trial> {
  try {
    return { warning: await warmUp(tools, () => current !== undefined) };
  } catch (error) {
    const { code, message } = failureOf(error);
    // A disk may be full, or a firewall refuse 127.0.0.1: that says nothing of what jobs need.
    const isElsewhere =
      code === 'disk_full' || (error instanceof DataSourceError && code !== EXHAUSTED);
    return isElsewhere ? { warning: message } : { problem: message };
  }
}

async function carryOut(task: Task): Promise<void> {
  current = new AbortController();
  taskComes();
  const tools = await ready;
  const tell = (progress: JobProgress) => post({ type: 'progress', progress });
  const outcome =
    task.type === 'look'
      ? await lookOnDisk(task.look, tools)
      : await runJob(task.job, tools, current.signal, tell, waitForData);
  current = undefined;
  post({ type: 'outcome', outcome });
}

/** Its place is another job's meanwhile; it has one again when it goes on. */
async function waitForData(seconds: number, signal: AbortSignal): Promise<void> {
  post({ type: 'waits' });
  await pause(seconds, signal);
  await new Promise<void>((resolve, reject) => {
    goOn = resolve;
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    post({ type: 'has waited' });
  });
}

function askForPartner(offer: PartnerOffer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  main.postMessage({ type: 'wants partner', offer } satisfies FromThread, [offer.port]);
}

function post(message: FromThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  main.postMessage(message);
}
