import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../report/failure.js';
import { type Bundle, bundle } from '../bundle.fixture.js';
import { capturedLog } from '../captured-log.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { FileWorker } from '../threads/file-worker.js';
import { until } from '../writers.fixture.js';
import { Abilities } from './abilities.js';
import { Probes } from './probes.js';

const FULL: Failure = {
  ...{ code: 'disk_full', message: 'full', faults: ['folder', 'writer'], passes: true },
};
const GONE: Failure = {
  ...{ code: 'connection_failed', message: 'gone', faults: ['source', 'writer'], passes: true },
};

describe('Abilities', { timeout: 30_000 }, () => {
  const folder = temporaryFolders();
  const log = capturedLog();
  const made: Abilities[] = [];
  const servers: Server[] = [];
  let thread: Bundle;
  beforeAll(async () => {
    thread = await bundle('./threads/file-thread.ts');
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const each of made.splice(0)) await each.onApplicationShutdown();
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => thread.remove());

  function setUp(dataApiUrl = 'http://127.0.0.1:9/query') {
    const [root, state] = [folder(), folder()];
    const places = { outputRoots: [root], stateDirectory: state };
    const worker = new FileWorker(thread.url, places, 2000);
    const probes = new Probes({ dataApiUrl, outputRoots: [root] }, worker);
    const abilities = new Abilities(probes);
    made.push(abilities);
    return { root, state, abilities, proved: vi.spyOn(probes, 'prove') };
  }

  /** A data API that answers each probe with the next status. */
  async function dataApi(...statuses: number[]) {
    let asked = 0;
    const server = createServer((_request, response) => {
      const status = statuses[Math.min(asked++, statuses.length - 1)];
      response.writeHead(status, { connection: 'close' }).end('x');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { port, asked: () => asked };
  }

  it('tries a folder again until files can be made in it, and leaves nothing there', async () => {
    const { root, state, abilities, proved } = setUp();
    const place = join(root, 'raw/run_1');
    writeFileSync(join(root, 'raw'), 'no folder');
    const told: (readonly Failure[])[] = [];
    abilities.changes.subscribe((unable) => told.push(unable));
    const failure = { ...FULL, place };
    abilities.met(failure);
    // It is known at once: an outcome that is told now comes behind it.
    expect(abilities.unable).toEqual([failure]);
    expect(told).toEqual([[failure]]);
    abilities.met({ ...failure, message: 'full again' });
    await until(() => proved.mock.settledResults[0]?.type === 'rejected');
    expect(abilities.unable).toHaveLength(1);
    rmSync(join(root, 'raw'));
    // A probe may be faster.
    mkdirSync(join(root, 'raw'), { recursive: true });
    await until(() => abilities.unable.length === 0);
    expect(told).toEqual([[failure], []]);
    expect(readdirSync(join(root, 'raw'))).toEqual([]);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
    // On a busy machine the thread that tries it may be replaced meanwhile, which is told as well.
    const own = log.events.filter(({ message }) => message?.toString().includes('this writer'));
    expect(own).toMatchObject([
      {
        ...{ level: 'warn', place, code: 'disk_full', error: 'full' },
        message: "this writer can't do its work: it tries again every few seconds",
      },
      { level: 'log', place, message: 'this writer can do its work again' },
    ]);
  });

  it('tries a data API again until it answers anything but that it can’t', async () => {
    const { port, asked } = await dataApi(503, 401, 404);
    const url = `http://me:secret@127.0.0.1:${port}/query`;
    const { abilities } = setUp(url);
    abilities.met({ ...GONE, place: `http://***@127.0.0.1:${port}/query` });
    await until(() => abilities.unable.length === 0);
    expect(asked()).toBe(3);
  });

  it('keeps what belongs to others out of it', () => {
    const { abilities } = setUp();
    abilities.met({ code: 'http_status', message: '503', faults: ['source'], passes: true });
    abilities.met({ code: 'no_data', message: 'none', faults: ['request'], passes: false });
    abilities.met({
      code: 'thread_lost',
      message: 'x',
      faults: ['request', 'writer'],
      passes: false,
    });
    abilities.met({ code: 'http_status', message: 'of an old writer' });
    expect(abilities.unable).toEqual([]);
  });

  it('takes what came through for a proof', () => {
    const { root, abilities } = setUp();
    const places = ['http://x/query', join(root, 'a'), join(root, 'b')];
    for (const place of places) abilities.met({ ...FULL, place });
    abilities.met({ code: 'resources_exhausted', message: 'x', faults: ['writer'], passes: true });
    expect(abilities.unable).toHaveLength(4);
    abilities.cameThrough([places[0], places[2]]);
    expect(abilities.unable.map(({ place }) => place)).toEqual([places[1]]);
  });

  it('looks at all that it needs when others say that it alone fails', async () => {
    const { root, abilities } = setUp();
    rmSync(root, { recursive: true });
    writeFileSync(root, 'no folder');
    abilities.lookAround();
    await until(() => abilities.unable.length === 2);
    expect(abilities.unable).toMatchObject([
      { code: 'connection_failed', faults: ['source', 'writer'], passes: true },
      { code: 'file_system_error', faults: ['folder', 'writer'], place: root },
    ]);
    rmSync(root);
    mkdirSync(root);
    await until(() => abilities.unable.length === 1);
    expect(existsSync(root)).toBe(true);
  });

  it('looks no further when it ends', async () => {
    let proved: () => void = () => undefined;
    const prove = vi.fn(() => new Promise<void>((resolve) => (proved = resolve)));
    const rest = vi.fn(() => Promise.resolve());
    const probes = { places: ['http://x/query', '/sf'], prove, rest };
    const abilities = new Abilities(probes as unknown as Probes);
    abilities.lookAround();
    await abilities.onApplicationShutdown();
    proved();
    await until(() => rest.mock.calls.length === 2);
    expect(prove).toHaveBeenCalledTimes(1);
  });

  it('tells for a while only that a folder lies outside its roots, as that never changes', async () => {
    const probes = {
      places: [],
      prove: vi.fn(() => Promise.reject(new Error('outside'))),
      rest: () => Promise.resolve(),
    };
    vi.useFakeTimers();
    const abilities = new Abilities(probes as unknown as Probes);
    const outside: Failure = { ...FULL, faults: ['request', 'writer'], passes: false };
    abilities.met({ ...outside, code: 'output_file_refused', place: '/etc' });
    // However many they are, there is room for what matters.
    for (let i = 0; i < 200; i++) abilities.met({ ...outside, place: `/${i}` });
    abilities.met({ ...FULL, place: '/full' });
    await vi.advanceTimersByTimeAsync(14 * 60_000);
    expect(abilities.unable).toHaveLength(21);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(abilities.unable.map(({ place }) => place)).toEqual(['/full']);
    // From one second to fifteen.
    expect(probes.prove.mock.calls.length).toBeLessThan(21 * (5 + (16 * 60) / 15));
    await abilities.onApplicationShutdown();
  });
});
