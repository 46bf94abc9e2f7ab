import { once } from 'node:events';
import { promises, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { BrokerFixture } from '../broker.fixture.js';
import { Ledger } from '../ledger/ledger.js';
import { Outbox } from './outbox.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;
/** Lets the broker go on with its recovery. */
let goOn: (error?: Error) => void;
let started: Promise<unknown>;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(() => broker.remove());

/** Another broker on the files as they are now, which answers calls and has not read them yet. */
async function restartWithoutPast(): Promise<void> {
  const files = [broker.trailFile, `${broker.trailFile}.outcomes`];
  const atTheKill = files.map((file) => readFileSync(file));
  await broker.stop();
  files.forEach((file, i) => writeFileSync(file, atTheKill[i]));
  const wait = new Promise<void>((resolve, reject) => {
    goOn = (error) => (error ? reject(error) : resolve());
  });
  const server = new Promise<Server>((resolve) => {
    started = broker.start({}, (app) => {
      const ledger = app.get(Ledger);
      const recover = ledger.recover.bind(ledger);
      vi.spyOn(ledger, 'recover').mockImplementation(() => wait.then(recover));
      resolve(app.getHttpServer());
    });
  });
  await once(await server, 'listening');
  broker.port = ((await server).address() as AddressInfo).port;
}

interface Listed {
  readonly request_id: string;
  readonly state: string;
}

async function listed(): Promise<Listed[]> {
  return (await broker.call('GET', '/requests')).json.requests as Listed[];
}

describe('while a broker recovers the past', () => {
  it('waits where descriptors are used up, and has all of it', async () => {
    const id = await broker.acquire('a.h5');
    await restartWithoutPast();
    // Others may have them all at any moment; here they do when told.
    const fails = { code: 'EMFILE', message: 'too many open files' };
    const failing = vi.spyOn(promises, 'readdir').mockRejectedValueOnce(fails);
    onTestFinished(() => {
      failing.mockRestore();
      syncBuiltinESMExports();
    });
    syncBuiltinESMExports();
    goOn();
    await started;
    expect(await listed()).toEqual([expect.objectContaining({ request_id: id, state: 'queued' })]);
    expect(broker.log).toContainEqual(
      expect.objectContaining({ level: 'WARNING', msg: expect.stringContaining('descriptors') }),
    );
  });

  it('acquisitions are recorded, and delivered behind the others', async () => {
    const ids = [await broker.acquire('a.h5')];
    await restartWithoutPast();
    ids.push(await broker.acquire('a.h5'), await broker.acquire('b.h5'));
    expect(broker.recorded().map(({ request_id }) => request_id)).toEqual(ids);
    goOn();
    await started;
    expect((await listed()).map(({ request_id }) => request_id)).toEqual(ids.toReversed());
    const writer = await ReportingWriter.connect(broker);
    const first = [await writer.next(), await writer.next()];
    // Of the two for one file the newest.
    expect(first.map(({ request_id }) => request_id)).toEqual([ids[1], ids[2]]);
    await writer.outcome(first[0], { state: 'failed' });
    expect(await writer.next()).toMatchObject({ request_id: ids[0], attempt: 1 });
    await writer.kill();
  });

  it('a call about all requests waits, and is answered', async () => {
    const id = await broker.acquire('a.h5');
    await restartWithoutPast();
    let answers = 0;
    const waiting = ['/requests', `/requests/${id}`, '/statistics'].map(async (path) => {
      const reply = await broker.call('GET', path);
      answers++;
      return reply;
    });
    const again = { headers: { 'Idempotency-Key': id }, body: broker.recorded()[0] };
    const submitted = broker.call('POST', '/requests', again);
    const { status, json } = await broker.call('GET', '/health/ready');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: 'degraded',
      details: {
        requests: { status: 'degraded', message: expect.stringContaining('recovered') },
        output_port: { status: 'degraded' },
        trail: { status: 'up' },
      },
    });
    expect(await broker.statusWord()).toBe('stopped');
    expect(answers).toBe(0);
    goOn();
    await started;
    const [list, one, statistics] = await Promise.all(waiting);
    expect(list.json.requests).toMatchObject([{ request_id: id }]);
    expect(one.json.request).toMatchObject({ request_id: id });
    expect(statistics.json.statistics).toMatchObject({ requests_queued: 1 });
    expect(await submitted).toMatchObject({ status: 200, json: { request_id: id } });
    expect(broker.recorded()).toHaveLength(1);
  });

  it('no writer can report what would not be understood yet', async () => {
    await broker.acquire('a.h5');
    await restartWithoutPast();
    const queue = broker.app.get<WorkQueue>(WORK_QUEUE, { strict: false });
    const ports = () => Object.values(queue.addresses);
    expect(await broker.statusWord()).toBe('stopped');
    expect(ports()).toEqual([null, null]);
    goOn();
    await started;
    expect(ports()).toEqual([expect.any(String), expect.any(String)]);
  });

  it('what it records is not delivered twice, even if the trail is moved away', async () => {
    await broker.acquire('a.h5');
    await restartWithoutPast();
    const id = await broker.acquire('b.h5');
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    goOn();
    await started;
    expect((await listed()).filter(({ request_id }) => request_id === id)).toHaveLength(1);
    expect((await broker.statistics()).requests_queued).toBe(2);
  });

  it('nor is a request that is passed on only after recovery', async () => {
    await broker.acquire('a.h5');
    await restartWithoutPast();
    const outbox = broker.app.get(Outbox);
    const passedOn: Parameters<typeof outbox.add>[0][] = [];
    const add = vi.spyOn(outbox, 'add').mockImplementation((request) => passedOn.push(request));
    await broker.acquire('b.h5');
    await expect.poll(() => passedOn).toHaveLength(1);
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    goOn();
    await started;
    add.mockRestore();
    const writer = await ReportingWriter.connect(broker);
    expect([await writer.next(), await writer.next()]).toMatchObject([
      { attempt: 1 },
      { attempt: 1, request_id: passedOn[0].request.request_id },
    ]);
    outbox.add(passedOn[0]);
    expect(await listed()).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
    await writer.kill();
  });

  it('what it records survives another kill', async () => {
    const ids = [await broker.acquire('a.h5')];
    await restartWithoutPast();
    ids.push(await broker.acquire('b.h5'));
    const trail = readFileSync(broker.trailFile);
    const { mtime } = statSync(broker.trailFile);
    goOn();
    await started;
    await broker.stop();
    // Moved away before all was recovered.
    writeFileSync(`${broker.trailFile}.1`, trail);
    utimesSync(`${broker.trailFile}.1`, mtime, mtime);
    writeFileSync(broker.trailFile, '');
    await broker.start();
    expect((await listed()).map(({ request_id }) => request_id)).toEqual(ids.toReversed());
  });

  it('and fails, it says so, answers waiting calls, and ends', async () => {
    await restartWithoutPast();
    const waiting = broker.call('GET', '/requests');
    // The call is there: it came before this one on the same server.
    expect(await broker.statusWord()).toBe('stopped');
    goOn(new Error('EIO: i/o error, read'));
    await expect(started).rejects.toThrow('EIO');
    expect(await waiting).toMatchObject({ status: 500, json: { state: 'error' } });
    await expect(broker.statusWord()).rejects.toThrow('ECONNREFUSED');
  });
});
