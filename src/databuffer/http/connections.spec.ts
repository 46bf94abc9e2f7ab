import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PRIVATE_CA, SERVER } from '../../http-client/private-ca.fixture.js';
import { TestProxy } from '../../http-client/proxy.fixture.js';
import { Connections } from './connections.js';
import { download } from './download.js';

const servers: Server[] = [];
let proxy: TestProxy;
let open: Connections[] = [];

beforeEach(async () => {
  proxy = await TestProxy.start();
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const connections of open.splice(0)) await connections.close();
  await proxy.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const listener: RequestListener = (call, reply) => {
  const parts: string[] = [];
  call.on('data', (part) => parts.push(String(part)));
  call.on('end', () => reply.end(`${call.method} ${call.headers.host} ${parts.join('')}`));
};

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const dataApi = () => portOf(createServer(listener));
const secureDataApi = () => portOf(createTlsServer(SERVER, listener));

async function ask(url: string, connections = new Connections()): Promise<string> {
  open = [...open, connections];
  const parts: string[] = [];
  const take = (chunk: Uint8Array) => void parts.push(Buffer.from(chunk).toString());
  await download({ url, body: '{}', connections }, take);
  return parts.join('');
}

describe('a data API behind a proxy', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('is asked through that of %s', async (name) => {
    vi.stubEnv(name, proxy.url.replace('//', '//user:secret@'));
    const host = `data-api.invalid:${await dataApi()}`;
    expect(await ask(`http://${host}/query`)).toBe(`POST ${host} {}`);
    expect(proxy.asked).toEqual([`POST http://${host}/query`]);
    expect(proxy.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
  });

  it('is asked through a tunnel where it speaks https', async () => {
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const host = `data-api.invalid:${await secureDataApi()}`;
    const connections = new Connections({ certificates: [PRIVATE_CA] });
    expect(await ask(`https://${host}/query`, connections)).toBe(`POST ${host} {}`);
    expect(await ask(`https://${host}/query`, connections)).toBe(`POST ${host} {}`);
    expect(proxy.asked).toEqual([`CONNECT ${host}`]);
  });

  it.each(['data-api.invalid', '.invalid', 'other,data-api.invalid', '*'])(
    'is asked directly where NO_PROXY is %s',
    async (noProxy) => {
      vi.stubEnv('HTTP_PROXY', proxy.url);
      vi.stubEnv('NO_PROXY', noProxy);
      const asked = ask(`http://data-api.invalid:${await dataApi()}/query`);
      await expect(asked).rejects.toMatchObject({ reason: /^(ENOTFOUND|EAI_AGAIN)$/ });
      expect(proxy.asked).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.0.0.2', 'localhost', '[::ffff:127.0.0.1]'])(
    'is asked directly on this machine: %s',
    async (host) => {
      vi.stubEnv('HTTP_PROXY', proxy.url);
      const port = await portOf(createServer(listener));
      const url = `http://${host}:${port}/query`;
      // 127.0.0.1 alone is listened at: that the others don't get through a proxy is all that counts.
      await ask(url).catch(() => undefined);
      expect(proxy.asked).toEqual([]);
    },
  );

  it('is not reached where the proxy is not: the failure names the proxy', async () => {
    vi.stubEnv('HTTP_PROXY', proxy.url);
    const address = proxy.url.replace('http://', '');
    await proxy.close();
    await expect(ask('http://data-api.invalid/query')).rejects.toMatchObject({
      code: 'connection_failed',
      transient: true,
      message: `http://data-api.invalid/query can't be reached: connect ECONNREFUSED ${address}`,
    });
    proxy = await TestProxy.start();
  });

  it('may send an unasked 100 Continue', async () => {
    vi.stubEnv('HTTP_PROXY', proxy.url);
    const server = createServer((_call, reply) => {
      reply.writeContinue();
      reply.end('[]');
    });
    const port = await portOf(server);
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${port}`);
    expect(await ask('http://data-api.invalid/query')).toBe('[]');
  });
});

describe('a data API with a certificate of a private CA', () => {
  it('is trusted where the CA is', async () => {
    const port = await secureDataApi();
    const connections = new Connections({ certificates: [PRIVATE_CA] });
    expect(await ask(`https://localhost:${port}/`, connections)).toBe(`POST localhost:${port} {}`);
  });

  it('is not trusted otherwise, and the failure names the setting', async () => {
    await expect(ask(`https://localhost:${await secureDataApi()}/`)).rejects.toMatchObject({
      code: 'connection_failed',
      transient: false,
      message: expect.stringContaining('--data_api_ca names a file with the CA to trust'),
    });
  });
});

it('has others beside it, with sockets that read as much at once as they are told', async () => {
  const body = Buffer.alloc(200_000, 'x');
  const port = await portOf(createServer((_call, reply) => void reply.end(body)));
  const connections = new Connections({ connectMs: 1234 });
  open.push(connections);
  const pieces: number[] = [];
  await download(
    { url: `http://127.0.0.1:${port}/query`, connections: connections.beside(2, 4096) },
    (chunk) => void pieces.push(chunk.length),
  );
  expect(Math.max(...pieces)).toBeLessThanOrEqual(4096);
  expect(pieces.reduce((sum, piece) => sum + piece)).toBe(body.length);
  expect(connections.beside(2)).toBe(connections.beside(2));
  expect([connections.beside(0), connections.beside(1).connectMs]).toEqual([connections, 1234]);
});
