import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../audit/trail-line.js';
import { OutputRoots } from '../filesystem/output-roots.js';
import type { Attributes } from '../hdf5/library/attributes.js';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import { writeSmallFile } from '../hdf5/read/thread/poisoned-file.fixture.js';
import type { WriteRequest } from '../request/write-request.js';
import { type Bundle, bundle } from './bundle.fixture.js';
import { capturedLog } from './captured-log.fixture.js';
import { ErrorFiles } from './error-files/error-files.js';
import { received } from './held-request.js';
import { LeftBehind } from './left-behind.js';
import { TemporaryFiles } from './state/temporary-files.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { FileWorker } from './threads/file-worker.js';
import { writeRequest } from './write-request.fixture.js';
import { until } from './writers.fixture.js';

describe('LeftBehind', { timeout: 30_000 }, () => {
  const folder = temporaryFolders();
  const log = capturedLog();
  const made: LeftBehind[] = [];
  let thread: Bundle;
  let library: Hdf5Library;
  beforeAll(async () => {
    [thread, library] = await Promise.all([bundle('./threads/file-thread.ts'), Hdf5Library.load()]);
  });
  afterEach(async () => {
    for (const each of made.splice(0)) await each.onApplicationShutdown();
  });
  afterAll(() => thread.remove());

  function setUp() {
    const [root, state] = [folder(), folder()];
    const places = { outputRoots: [root], stateDirectory: state };
    const worker = new FileWorker(thread.url, places);
    const names = () => worker.call('leftInState');
    const leftBehind = new LeftBehind(worker, names, state, 20);
    made.push(leftBehind);
    const files = new ErrorFiles(new OutputRoots([root]), new TemporaryFiles(state), state);
    /** Leaves the error file of a request; in the state folder unless it has a place beside. */
    const leave = (request: WriteRequest, beside = false): string => {
      const { identity, outputFile, leftAs } = received(request);
      const line = `${formatTrailLine(request)}\n`;
      const named = beside ? outputFile : undefined;
      return files.leave({ line, identity, outputFile: named, leftAs }).path!;
    };
    const write = (name: string, attributes: Attributes) => {
      const hidden = join(root, `.${name}`);
      writeSmallFile(library, hidden, attributes);
      renameSync(hidden, join(root, name));
    };
    const failed = () =>
      existsSync(join(state, 'failed')) ? readdirSync(join(state, 'failed')) : [];
    return { root, state, worker, leftBehind, leave, write, failed };
  }

  const TRAIL = { trail_id: 'trail-1', sequence: 7, timestamp: 1000 };
  const asked = (name: string, more: Partial<WriteRequest> = {}): WriteRequest => ({
    ...writeRequest(name, ['A']),
    ...{ request_id: name, ...TRAIL, ...more },
  });
  const inFile = { request_timestamp: 1000, trail_id: 'trail-1' };

  it('clears what is answered by the file of the request, a replay of it, or a newer request', async () => {
    const { root, leftBehind, leave, write, failed } = setUp();
    for (const name of ['own', 'replay', 'newer', 'none', 'older', 'replaced', 'damaged']) {
      leave(asked(name, name === 'replaced' ? { replay_of: 'first' } : {}));
    }
    write('own', { request_id: 'own' });
    write('replay', { request_id: 'again', replay_of: 'replay' });
    write('newer', { request_id: 'other', ...inFile, request_sequence: 8 });
    write('older', { request_id: 'other', ...inFile, request_sequence: 6 });
    write('replaced', { request_id: 'first', ...inFile, request_sequence: 5 });
    write('damaged', { request_id: 'damaged' });
    truncateSync(join(root, 'damaged'), 1000);
    leftBehind.start();
    await until(() => log.events.length === 3);
    const left = failed().map((name) => name.replace(/.*-/, ''));
    expect(left.sort()).toEqual(['damaged.err', 'none.err', 'older.err', 'replaced.err']);
    expect(log.events.map(({ message, output_file }) => [message, output_file])).toEqual(
      ['newer', 'own', 'replay'].map((name) => [
        'error file removed, as the file is there',
        join(root, name),
      ]),
    );
    // It goes on as long as there are some.
    write('none', { request_id: 'none' });
    await until(() => failed().length === 3);
  });

  it('clears what it left beside files that others made without seeing it', async () => {
    const { root, leftBehind, leave, write } = setUp();
    for (const name of ['own', 'removed', 'replaced', 'of-another']) {
      const request = asked(name, name === 'replaced' ? { replay_of: 'first' } : {});
      const path = leave(request, true);
      expect(path).toBe(join(root, `${name}.err`));
      if (name !== 'of-another') leftBehind.note(path);
    }
    rmSync(join(root, 'removed.err'));
    for (const name of ['own', 'removed', 'of-another']) write(name, { request_id: name });
    write('replaced', { request_id: 'first' });
    await until(() => !existsSync(join(root, 'own.err')));
    mkdirSync(join(root, 'later'));
    const later = leave(asked('later/x.h5'), true);
    leftBehind.note(later);
    write('later.h5', { request_id: 'later/x.h5' });
    renameSync(join(root, 'later.h5'), join(root, 'later/x.h5'));
    await until(() => !existsSync(later));
    expect(readdirSync(root).filter((name) => name.endsWith('.err'))).toEqual([
      'of-another.err',
      'replaced.err',
    ]);
  });

  it('passes over one that can’t be looked at', async () => {
    const { root, worker, leftBehind, leave, write, failed } = setUp();
    const call = worker.call.bind(worker);
    vi.spyOn(worker, 'call').mockImplementation((name, ...args) => {
      const isBad = name === 'clearBeside' && args[0] === join(root, 'bad');
      if (isBad) return Promise.reject(new Error('it hangs'));
      return (call as (...all: unknown[]) => Promise<never>)(name, ...args);
    });
    for (const name of ['bad', 'good']) leftBehind.note(leave(asked(name), true));
    leave(asked('in-state'));
    for (const name of ['bad', 'good', 'in-state']) write(name, { request_id: name });
    await until(() => !existsSync(join(root, 'good.err')) && failed().length === 0);
    expect(existsSync(join(root, 'bad.err'))).toBe(true);
  });

  it('looks for one that is left while it ends a look that found none', async () => {
    const { worker, leftBehind, leave, write, failed } = setUp();
    const close = worker.close.bind(worker);
    vi.spyOn(worker, 'close').mockImplementationOnce(async () => {
      leftBehind.note(leave(asked('x')));
      await close();
    });
    leftBehind.start();
    await until(() => failed().length === 1);
    write('x', { request_id: 'x' });
    await until(() => log.events.length === 1);
    expect(failed()).toEqual([]);
    expect(log.events).toMatchObject([{ message: 'error file removed, as the file is there' }]);
  });
});
