import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { Push } from 'zeromq';
import { afterAll, beforeAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../config/load-settings.js';
import { WriterSettings } from '../../config/writer-settings.js';
import { valueIn } from '../../monitoring/exposition.fixture.js';
import { ownFrames } from '../../transport/own-messages.fixture.js';
import { Abilities } from '../ability/abilities.js';
import { type Bundle, bundle } from '../bundle.fixture.js';
import { SILENT_LOG, capturedLog } from '../captured-log.fixture.js';
import { createWriter } from '../create-writer.js';
import { IDLE_THREAD, scriptedThread } from '../threads/scripted-thread.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';

const folder = temporaryFolders();
const log = capturedLog();
const open: { close(): unknown }[] = [];
let broker: Push;
let files: Bundle;

beforeAll(async () => {
  files = await bundle('./threads/file-thread.ts');
});
afterAll(() => files.remove());

beforeEach(async () => {
  broker = new Push({ linger: 0 });
  await broker.bind('tcp://127.0.0.1:*');
});

afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
  broker.close();
});

function settings(more: Record<string, unknown>) {
  const flags = {
    stream_address: broker.lastEndpoint!,
    data_api_url: 'http://127.0.0.1:9/query',
    output_root: [folder()],
    state_dir: join(folder(), 'state'),
    ...more,
  };
  return loadSettings(WriterSettings, { flags, environment: {} });
}

/** A writer that is watched, and how to ask about it. */
async function watched(jobs = IDLE_THREAD) {
  const chosen = settings({ metrics_port: 0 });
  const writer = await createWriter(chosen, SILENT_LOG, { jobs, files: files.url });
  open.push(writer);
  const metrics = log.events.find(({ message }) => message === 'can be watched')!
    .metrics_url as string;
  const get = async (path: string) => {
    const { statusCode, body, headers } = await request(new URL(path, metrics));
    return { status: statusCode, headers, text: await body.text() };
  };
  const value = async (name: string, labels = {}) =>
    valueIn((await get('/metrics')).text, `sf_databuffer_${name}`, labels);
  const ready = async () => {
    const { status, text } = await get('/health/ready');
    const { details } = JSON.parse(text) as { details: Record<string, { status: string }> };
    return { status, details };
  };
  return { writer, settings: chosen, get, value, ready, url: new URL(metrics) };
}

describe('a writer with --metrics_port', () => {
  it('tells what it can’t do at present', async () => {
    const { writer, get, value } = await watched();
    expect(await value('writer_unable', { fault: 'folder' })).toBe(0);
    const abilities = writer.get(Abilities);
    abilities.met({
      ...{ code: 'disk_full', message: 'no room in /data', place: '/data' },
      ...{ faults: ['folder', 'writer'], passes: true },
    });
    expect(await value('writer_unable', { fault: 'folder' })).toBe(1);
    const { details } = JSON.parse((await get('/health/ready')).text) as { details: object };
    expect(details).toMatchObject({
      abilities: {
        status: 'degraded',
        message: "/data can't be used (disk_full): the writer tries it every few seconds",
        unable: 1,
      },
    });
  });

  it('counts what comes to it and what becomes of that', async () => {
    const { writer, get, value } = await watched();
    expect(await value('writer_stream_connected')).toBe(0);
    await writer.listen();
    await broker.send('noise');
    const bad = { ...writeRequest('x.h5', ['A']), data_api_request: '{"channels":[]}' };
    await broker.send(ownFrames('write_request', bad));
    await expect
      .poll(() => value('writer_requests_failed_total', { code: 'invalid_request' }))
      .toBe(1);
    expect(await value('messages_rejected_total', { code: 'frame_count' })).toBe(1);
    expect(await value('writer_requests_settled_total', { outcome: 'failed' })).toBe(1);
    expect(await value('writer_stream_connected')).toBe(1);
    expect(await value('writer_reports_connected')).toBe(0);
    expect(await value('writer_concurrency')).toBe(2);
    const { headers } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('says by /health what it lacks', async () => {
    const dies = scriptedThread("parentPort.postMessage({ type: 'tried out' }); process.exit(1);");
    const { writer, settings: chosen, get, ready } = await watched(dies);
    await expect.poll(async () => (await ready()).details.threads.status).toBe('down');
    expect(await ready()).toMatchObject({
      status: 503,
      details: {
        state_dir: { status: 'up' },
        output_roots: { status: 'up' },
        disks: { status: 'up' },
        stream: { status: 'down', message: 'no broker is connected' },
        threads: { status: 'down', lost: 1 },
        requests: { status: 'up' },
      },
    });
    expect((await get('/health/live')).status).toBe(200);
    await writer.listen();
    await expect.poll(async () => (await ready()).details.stream.status).toBe('up');
    rmSync(chosen.state_dir, { recursive: true });
    expect((await ready()).details).toMatchObject({
      state_dir: { status: 'down', message: expect.stringContaining('ENOENT') },
      disks: { status: 'degraded' },
    });
  });

  it('has the headers on every reply that keep its pages from being framed', async () => {
    const { get, url } = await watched();
    const safe = { 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' };
    for (const path of ['/metrics', '/health/live', '/health/ready', '/nothing']) {
      expect((await get(path)).headers).toMatchObject(safe);
    }
    for (const bytes of ['noise\r\n\r\n', 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n']) {
      const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes));
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 [^]*frame-ancestors 'none'[^]*\r\n\r\n/);
    }
  });

  it('refuses a port that is taken, naming the setting', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    open.push(taken);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(createWriter(settings({ metrics_port: port }), SILENT_LOG)).rejects.toThrow(
      /127\.0\.0\.1, port \d+: the port is in use.*--metrics_port/,
    );
  });
});
