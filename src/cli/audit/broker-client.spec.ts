import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { TestProxy } from '../../http-client/proxy.fixture.js';
import { BrokerClient } from './broker-client.js';

afterEach(() => void vi.unstubAllEnvs());

it('reaches a broker through the proxy of the environment, one on this machine directly', async () => {
  const proxy = await TestProxy.start();
  const broker = createServer((_call, reply) => void reply.end('{"request":{"id":"r1"}}'));
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  const { port } = broker.address() as AddressInfo;
  const { signal } = new AbortController();
  vi.stubEnv('HTTP_PROXY', proxy.url);
  vi.stubEnv('NO_PROXY', '');
  try {
    for (const host of ['broker.invalid', '127.0.0.1']) {
      const client = new BrokerClient(`http://${host}:${port}/`, signal, { patience: 0 });
      expect(await client.request('r1')).toEqual({ id: 'r1' });
    }
    expect(proxy.asked).toEqual([`GET http://broker.invalid:${port}/requests/r1`]);
  } finally {
    await proxy.close();
    broker.closeAllConnections();
    broker.close();
  }
});
