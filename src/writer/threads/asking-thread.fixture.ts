import { scriptedThread } from './scripted-thread.fixture.js';

/** Asks for the data of its jobs and makes no files of it, which takes a second to load. */
export const ASKING_THREAD = scriptedThread(`
  import { workerData } from 'node:worker_threads';
  import { request } from 'node:http';
  import { text } from 'node:stream/consumers';
  const nothing = { bytes: 0, rows: 0, seconds: 0, retrievalSeconds: 0, fileBytes: 0 };
  const none = { channels: [], notRequested: [], warnings: [], needsFreshThread: false };
  const failed = (kind) => ({ kind, code: kind, message: kind, faults: ['source'], passes: true });
  const outcomeOf = ({ statusCode }, body) => {
    if (statusCode !== 200) return { state: 'failed', failure: failed('transient') };
    if (body === '[]') return { state: 'failed', failure: failed('awaiting data') };
    return { state: 'written' };
  };
  parentPort.on('message', ({ type, job }) => {
    if (type !== 'job') return;
    const { outputFile, query } = job.request;
    request(workerData.dataApiUrl, { method: 'POST' }, async (reply) => {
      const outcome = { ...nothing, ...none, outputFile, ...outcomeOf(reply, await text(reply)) };
      parentPort.postMessage({ type: 'outcome', outcome });
    }).end(JSON.stringify(query));
  });
  parentPort.postMessage({ type: 'tried out' });
`);
