import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Push } from 'zeromq';
import { loadSettings } from '../config/load-settings.js';
import { WriterSettings } from '../config/writer-settings.js';
import { ownFrames } from '../transport/own-messages.fixture.js';
import { type Bundle, bundle } from './bundle.fixture.js';
import { SILENT_LOG, capturedLog } from './captured-log.fixture.js';
import { createWriter } from './create-writer.js';
import { CannotWrite } from './errors.js';
import { IDLE_THREAD, scriptedThread } from './threads/scripted-thread.fixture.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { writeRequest } from './write-request.fixture.js';

describe('createWriter', () => {
  const folder = temporaryFolders();
  const log = capturedLog();
  const open: (Push | INestApplicationContext)[] = [];
  let files: Bundle;
  beforeAll(async () => {
    files = await bundle('./threads/file-thread.ts');
  });
  afterAll(() => files.remove());
  afterEach(async () => {
    for (const thing of open.splice(0)) await thing.close();
  });

  const create = (settings: WriterSettings, jobs = IDLE_THREAD) =>
    createWriter(settings, SILENT_LOG, { jobs, files: files.url });

  function settingsFor(address: string, more: Record<string, unknown> = {}) {
    const flags = {
      stream_address: address,
      data_api_url: 'http://127.0.0.1:9/query',
      output_root: [folder()],
      state_dir: join(folder(), 'state'),
      ...more,
    };
    return loadSettings(WriterSettings, { flags, environment: {} });
  }

  it('takes requests from a broker, keeps other messages, and ends in order', async () => {
    const broker = new Push();
    open.push(broker);
    await broker.bind('tcp://127.0.0.1:*');
    const settings = settingsFor(broker.lastEndpoint!);
    const writer = await create(settings);
    await writer.listen();

    await broker.send([Buffer.from('noise')]);
    const request = { ...writeRequest('x.h5', ['A']), data_api_request: '{"channels":[]}' };
    await broker.send(ownFrames('write_request', request));
    const errorFile = join(settings.output_root[0], 'x.h5.err');
    while (!existsSync(errorFile)) await new Promise((resolve) => setTimeout(resolve, 5));
    await writer.close();

    expect(readFileSync(errorFile, 'utf8')).toContain(request.request_id);
    expect(readFileSync(join(settings.state_dir, 'rejected.jsonl'), 'utf8')).toContain(
      '"text":"noise"',
    );
    expect(readdirSync(join(settings.state_dir, 'journal'))).toEqual([]);
  });

  it.runIf(process.geteuid?.() === 0)(
    'warns where it runs as root and was not told to',
    async () => {
      open.push(await create(settingsFor('tcp://127.0.0.1:9')));
      expect(log.events).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          message: 'running as root: give the id of the user to run as',
        }),
      );
    },
  );

  it('removes what a dead writer left behind, and says so', async () => {
    const settings = settingsFor('tcp://127.0.0.1:9');
    const path = join(settings.output_root[0], '.x.h5.1.tmp');
    writeFileSync(path, 'half');
    mkdirSync(join(settings.state_dir, 'journal'), { recursive: true });
    const entry = join(settings.state_dir, 'journal', '1999999999_boot.1_1');
    writeFileSync(entry, JSON.stringify({ temporary_file: path }));
    utimesSync(entry, 1, 1);
    open.push(await create(settings));
    expect(existsSync(path)).toBe(false);
    expect(existsSync(entry)).toBe(false);
    expect(log.events).toContainEqual(
      expect.objectContaining({ message: 'abandoned temporary file removed', file: path }),
    );
  });

  it('goes on without a state folder that it can’t use, and says so', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    open.push(await create(settingsFor('tcp://127.0.0.1:9', { state_dir: join(file, 'state') })));
    expect(log.events).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: "the state folder can't be used",
        error: expect.objectContaining({ message: expect.stringContaining('ENOTDIR') }),
      }),
    );
  });

  it.each([
    [
      'can’t have memory',
      "throw new RangeError('WebAssembly.Memory(): could not allocate memory')",
      /could not allocate memory.*LimitAS=/,
    ],
    [
      'says what keeps it from writing',
      "parentPort.postMessage({ type: 'tried out', problem: 'HDF5 is out of sorts' })",
      /out of sorts/,
    ],
    ['is not there', 'process.exit(3)', /exited with code 3/],
  ])('does not start where its first thread %s', async (_case, script, reason) => {
    const started = create(settingsFor('tcp://127.0.0.1:9'), scriptedThread(script));
    await expect(started).rejects.toThrow(CannotWrite);
    await expect(started).rejects.toThrow(reason);
  });

  it('starts where its state folder is full, and says so', async () => {
    const thread = scriptedThread(`
      parentPort.on('message', () => undefined)
        .postMessage({ type: 'tried out', warning: 'the disk is full' });
    `);
    open.push(await create(settingsFor('tcp://127.0.0.1:9'), thread));
    expect(log.events).toContainEqual(
      expect.objectContaining({ level: 'warn', reason: 'the disk is full' }),
    );
  });
});
