import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { FileWorker } from './file-worker.js';
import { scriptedThread } from './scripted-thread.fixture.js';

// Opens what it is asked for: a pipe that nobody writes to hangs in the kernel.
const OPENING_THREAD = scriptedThread(`
  import { closeSync, openSync } from 'node:fs';
  parentPort.on('message', ({ args: [path] }) => {
    closeSync(openSync(path, 'r'));
    parentPort.postMessage({ value: path });
  });
`);

describe('FileWorker', { timeout: 30_000 }, () => {
  const folder = temporaryFolders();
  const workers: FileWorker[] = [];
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.close();
  });

  it('leaves as many threads behind as it may, one for each call that hangs', async () => {
    const path = (name: string) => join(state, name);
    const state = folder();
    execFileSync('mkfifo', ['a', 'b', 'c'].map(path));
    writeFileSync(path('file'), '');
    const places = { outputRoots: [], stateDirectory: state };
    const worker = new FileWorker(OPENING_THREAD, places, 300, 2);
    workers.push(worker);
    const open = (name: string) =>
      worker.call('existing', path(name)).catch((error: Error) => error.message);
    // On a busy machine a thread may be ended before it hangs.
    const hangs = 'an earlier call has not come back yet';
    expect(await open('a')).toBe('no answer of the file system for 0.3 s');
    await expect.poll(() => open('a')).toBe(hangs);
    await expect.poll(() => open('b')).toBe(hangs);
    expect(await open('c')).toBe('2 earlier calls have not come back yet');
    for (const name of ['a', 'b']) writeFileSync(path(name), '');
    await expect.poll(() => open('file')).toBe(path('file'));
  });
});
