import { afterEach, describe, expect, it } from 'vitest';
import type { Job, JobOutcome } from '../job/job.js';
import { ThreadLost } from '../errors.js';
import { scriptedThread } from './scripted-thread.fixture.js';
import type { JobThreadEntries } from './thread.js';
import { ThreadPool } from './thread-pool.js';

// A thread whose jobs do what their output file's name says, and tell which thread they ran in.
const SCRIPTED_THREAD = scriptedThread(`
    let abort;
    const deeds = {
      write: () => ({}),
      'break-hdf5': () => ({ needsFreshThread: true }),
      throw: () => setImmediate(() => { throw new Error('wasm aborted'); }) && undefined,
      exit: () => process.exit(7),
      'out-of-memory': () => { const all = []; for (;;) all.push(new Array(1e5).fill(0.5)); },
      'until-aborted': () => new Promise((resolve) => { abort = () => resolve({ state: 'failed' }); }),
      'never': () => { for (;;); },
    };
    parentPort.on('message', async ({ type, job }) => {
      if (type === 'abort') return abort?.();
      const outcome = await deeds[job.request.outputFile]();
      if (outcome) parentPort.postMessage({ type: 'outcome', outcome: { needsFreshThread: false, bytes: threadId, ...outcome } });
    });
`);

// A thread whose jobs wait in vain for what a partner does, told by their output file's name.
const WAITING_THREAD = scriptedThread(`
    import { MessageChannel } from 'node:worker_threads';
    const word = new Int32Array(new SharedArrayBuffer(4));
    const done = (told) => parentPort.postMessage({ type: 'outcome', outcome: { needsFreshThread: false, bytes: threadId, ...told } });
    let own;
    parentPort.on('message', ({ type, job }) => {
      if (type === 'no partner') return done({ state: 'alone' });
      if (type !== 'job') return;
      const deed = job.request.outputFile;
      if (deed === 'write') return done({ state: 'written' });
      const { port1, port2: port } = new MessageChannel();
      own = port1;
      own.once('message', () => (own.postMessage('go on'), Atomics.wait(word, 0, 0)));
      const offer = { port, parts: { deed } };
      parentPort.postMessage({ type: 'wants partner', offer }, [port]);
    });
    parentPort.postMessage({ type: 'tried out' });
`);

// Its deeds are done when the other thread waits.
const PARTNER = scriptedThread(`
    import { workerData } from 'node:worker_threads';
    const { port, parts: { deed } } = workerData;
    if (deed === 'never ready') process.exit(5);
    const deeds = {
      exit: () => process.exit(7),
      throw: () => { throw new Error('wasm aborted'); },
      hang: () => { for (;;); },
    };
    port.on('message', () => deeds[deed]());
    parentPort.postMessage({ type: 'ready' });
    port.postMessage('ready');
`);

describe('ThreadPool', () => {
  const pools: ThreadPool[] = [];
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
  });

  function poolOf(
    size: number,
    abortLimitMs = 20_000,
    entries: JobThreadEntries = { jobs: SCRIPTED_THREAD },
  ) {
    const jobs = { dataApiUrl: '', outputRoots: [], stateDirectory: '', errorIfNoData: false };
    const pool = new ThreadPool({ size, entries, jobs, abortLimitMs });
    pools.push(pool);
    const started: string[] = [];
    const atOnce = { now: 0, most: 0 };
    const never = new AbortController().signal;
    return {
      started,
      atOnce,
      run: (deed: string, signals: { giveUp?: AbortSignal; abort?: AbortSignal } = {}) => {
        const job = { attemptId: deed, request: { outputFile: deed } } as Job;
        const { giveUp = never, abort = never } = signals;
        const begin = () => {
          started.push(deed);
          atOnce.most = Math.max(atOnce.most, ++atOnce.now);
        };
        return pool.run(job, { giveUp, abort, started: begin }).finally(() => atOnce.now--);
      },
    };
  }

  const threadOf = (outcome: JobOutcome) => outcome.bytes;

  it('keeps a thread for the next job', async () => {
    const { run } = poolOf(2);
    expect(threadOf(await run('write'))).toBe(threadOf(await run('write')));
  });

  it('runs as many jobs at once as it has places, in the order they came', async () => {
    const { run, started } = poolOf(2);
    const [first, second] = [new AbortController(), new AbortController()];
    const jobs = [
      run('until-aborted', { abort: first.signal }),
      run('until-aborted', { abort: second.signal }),
      run('write'),
      run('write'),
    ];
    await new Promise(setImmediate);
    expect(started).toEqual(['until-aborted', 'until-aborted']);
    first.abort();
    const threads = (await Promise.all([jobs[0], jobs[2], jobs[3]])).map(threadOf);
    expect(new Set(threads).size).toBe(1);
    second.abort();
    expect(threadOf(await jobs[1])).not.toBe(threads[0]);
  });

  it('lets nobody slip in before who waits, nor besides', async () => {
    const { run, started, atOnce } = poolOf(1);
    const first = run('write').then(() => run('break-hdf5'));
    const waiting = run('write').then(() => Promise.all([run('write'), run('write')]));
    await Promise.all([first, waiting]);
    expect(started.slice(0, 3)).toEqual(['write', 'write', 'break-hdf5']);
    expect(atOnce.most).toBe(1);
  });

  it('gives the wait for a place up, and the place to the next', async () => {
    const { run, started } = poolOf(1);
    const [abort, giveUp] = [new AbortController(), new AbortController()];
    const running = run('until-aborted', { abort: abort.signal });
    const waiting = run('write', { giveUp: giveUp.signal });
    const last = run('break-hdf5');
    giveUp.abort(new Error('closing'));
    await expect(waiting).rejects.toThrow('closing');
    abort.abort();
    await running;
    await last;
    expect(started).toEqual(['until-aborted', 'break-hdf5']);
  });

  it('does not use a thread again in which HDF5 failed', async () => {
    const { run } = poolOf(1);
    const broken = threadOf(await run('break-hdf5'));
    expect(threadOf(await run('write'))).not.toBe(broken);
  });

  it.each([
    ['throws', 'throw', 'wasm aborted'],
    ['exits', 'exit', 'exited with code 7'],
    ['runs out of memory', 'out-of-memory', 'out of memory'],
  ])('fails only the job whose thread %s', { timeout: 30_000 }, async (_case, deed, reason) => {
    const { run } = poolOf(2);
    const failing = run(deed);
    const other = run('write');
    await expect(failing).rejects.toThrow(ThreadLost);
    await expect(failing).rejects.toThrow(reason);
    await other;
    await run('write');
  });

  it('ends a thread that does not obey', async () => {
    const { run } = poolOf(1, 10);
    const abort = new AbortController();
    const stuck = run('never', { abort: abort.signal });
    abort.abort();
    await expect(stuck).rejects.toThrow(ThreadLost);
    await run('write');
  });

  describe('with partners', () => {
    const entries = { jobs: WAITING_THREAD, partners: PARTNER };

    /** How a job ends whose partner does that while the job waits; the next one is fine. */
    async function lossBy(deed: string): Promise<unknown> {
      const { run } = poolOf(1, 20_000, entries);
      const lost: unknown = await run(deed).catch((error: unknown) => error);
      await run('write');
      return lost;
    }

    it('fails the job that waits for one that exits', async () => {
      const lost = { name: 'ThreadLost', reason: 'it exited with code 7', wasReady: true };
      expect(await lossBy('exit')).toMatchObject(lost);
    });

    it('fails the job that waits for one that throws', async () => {
      const lost = { name: 'ThreadLost', reason: 'wasm aborted', wasReady: true };
      expect(await lossBy('throw')).toMatchObject(lost);
    });

    it('ends both threads of a job that does not obey', async () => {
      const { run } = poolOf(1, 10, entries);
      const abort = new AbortController();
      const stuck = run('hang', { abort: abort.signal });
      abort.abort();
      await expect(stuck).rejects.toThrow(ThreadLost);
      await run('write');
    });

    it('goes on without one that could not be started', async () => {
      const { run } = poolOf(1, 20_000, entries);
      const outcome = await run('never ready');
      expect(outcome).toMatchObject({ state: 'alone' });
      expect(threadOf(await run('write'))).toBe(threadOf(outcome));
    });
  });
});
