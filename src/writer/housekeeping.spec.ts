import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from './bundle.fixture.js';
import { capturedLog } from './captured-log.fixture.js';
import { received } from './held-request.js';
import { Housekeeping } from './housekeeping.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { FileWorker } from './threads/file-worker.js';
import { writeRequest } from './write-request.fixture.js';

/** The real thread, in front of which a file system hangs for the output file `hangs.h5`, or for all. */
const HANGING = `
  import { parentPort } from 'node:worker_threads';
  const hang = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  const on = parentPort.on.bind(parentPort);
  parentPort.on = (event, listen) => on(event, (call) => {
    const { name, args } = call;
    if (name === 'leave' && (args[0].outputFile === 'hangs.h5' || process.env.ALL_HANGS)) hang();
    listen(call);
  });
  await import('./bundle.mjs');
`;

describe('Housekeeping', () => {
  const folder = temporaryFolders();
  const log = capturedLog();
  const begun: Housekeeping[] = [];
  let thread: Bundle;
  beforeAll(async () => {
    thread = await bundle('./threads/file-thread.ts');
    writeFileSync(new URL('hanging.mjs', thread.url), HANGING);
  });
  afterEach(async () => {
    delete process.env.ALL_HANGS;
    for (const each of begun.splice(0)) await each.end();
  });
  afterAll(() => thread.remove());

  function setUp(state = folder()) {
    const root = folder();
    const places = { outputRoots: [root], stateDirectory: state };
    const worker = new FileWorker(new URL('hanging.mjs', thread.url), places, 2000);
    const housekeeping = new Housekeeping(worker);
    begun.push(housekeeping);
    return { root, state, housekeeping };
  }

  it('leaves a request in the state folder where its own folder hangs', async () => {
    const { root, state, housekeeping } = setUp();
    const request = writeRequest('hangs.h5', ['A']);
    const { path } = await housekeeping.leave(received(request));
    expect(path).toContain(join(state, 'failed'));
    expect(readFileSync(path!, 'utf8')).toContain(request.request_id);
    expect(log.events).toContainEqual(
      expect.objectContaining({
        message: 'no error file beside the output file',
        error: expect.stringContaining('no answer of the file system for 2 s'),
      }),
    );
    expect(await housekeeping.leave(received(writeRequest('x.h5', ['A'])))).toEqual({
      path: join(root, 'x.h5.err'),
    });
    expect(housekeeping.failures).toBe(1);
  });

  it('puts a request into the log where nothing else is left', async () => {
    process.env.ALL_HANGS = 'yes';
    const { housekeeping } = setUp();
    const request = writeRequest('x.h5', ['A']);
    expect(await housekeeping.leave(received(request))).toEqual({
      problem: expect.stringMatching(
        /^not beside the output file: no answer .*; not in the state folder: no answer/,
      ),
    });
    expect(log.events.at(-1)).toMatchObject({
      level: 'fatal',
      message: 'request could not be left on disk',
      line: expect.stringContaining(request.request_id!),
    });
  });

  it('counts and tells what it can’t do, and goes on', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const { root, housekeeping } = setUp(join(file, 'state'));
    await housekeeping.start();
    expect(housekeeping.failures).toBeGreaterThan(0);
    expect(log.events[0]).toMatchObject({
      level: 'warn',
      message: "the state folder can't be used",
    });
    expect(await housekeeping.leave(received(writeRequest('x.h5', ['A'])))).toEqual({
      path: join(root, 'x.h5.err'),
    });
  });
});
