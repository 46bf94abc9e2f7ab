import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TestProxy } from '../../http-client/proxy.fixture.js';
import { BrokerFixture } from '../broker.fixture.js';

let broker: BrokerFixture;
const open: { destroy(): unknown }[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const each of open.splice(0)) each.destroy();
  await broker.remove();
});

async function epicsWriter(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(answer);
  open.push({ destroy: () => server.close().closeAllConnections() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
}

/** A host whose connections are never made, as where packets are dropped: its queue of them is full. */
async function unreachable(): Promise<string> {
  const program = `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    () => console.log(s.address().port))`;
  const host: ChildProcess = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  open.push({ destroy: () => host.kill('SIGKILL') });
  const [line] = (await once(host.stdout!, 'data')) as [Buffer];
  host.kill('SIGSTOP');
  const port = Number(String(line));
  const made = async (): Promise<boolean> => {
    const socket: Socket = connect(port, '127.0.0.1').on('error', () => 'the host is gone');
    open.push(socket);
    return Promise.race([once(socket, 'connect').then(() => true), delay(300, false)]);
  };
  while (await made());
  return `http://127.0.0.1:${port}/notify`;
}

const failure = () =>
  broker.log.find(({ msg }) => msg === 'EPICS writer could not be notified')?.error;

describe('the notification of the EPICS writer', () => {
  it('fails after 3 s where no connection comes about', async () => {
    const url = await unreachable();
    broker = await new BrokerFixture().start({ epics_writer_url: url });
    await broker.acquire('a.h5');
    await expect.poll(failure, { timeout: 8000 }).toMatch(/3 s/);
  });

  it('is not waited for at the end: where no connection comes about', async () => {
    const url = await unreachable();
    broker = await new BrokerFixture().start({ epics_writer_url: url });
    await broker.acquire('a.h5');
    await broker.stop();
    expect(failure()).toMatch(/the broker ended/);
  });

  it('is not waited for at the end: where no answer comes', async () => {
    let came = 0;
    const url = await epicsWriter(() => void came++);
    broker = await new BrokerFixture().start({ epics_writer_url: url });
    await broker.acquire('a.h5');
    await expect.poll(() => came).toBe(1);
    await broker.stop();
    expect(failure()).toMatch(/the broker ended/);
  });

  it.each([
    ['epics.invalid', 1],
    ['localhost', 0],
  ])('goes through the proxy of the environment, but on this machine: %s', async (host, times) => {
    const proxy = await TestProxy.start();
    open.push({ destroy: () => proxy.close() });
    vi.stubEnv('HTTP_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', '');
    const url = await epicsWriter((call, reply) => call.resume().on('end', () => reply.end()));
    const named = url.replace('127.0.0.1', host);
    broker = await new BrokerFixture().start({ epics_writer_url: named });
    await broker.acquire('a.h5');
    await expect
      .poll(() => broker.log.some(({ msg }) => msg === 'EPICS writer notified'))
      .toBe(true);
    expect(proxy.asked).toEqual(Array.from({ length: times }, () => `PUT ${named}`));
  });
});
