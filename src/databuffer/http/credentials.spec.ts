import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeadersFile } from '../../http-client/headers-file.js';
import { PRIVATE_CA, SERVER } from '../../http-client/private-ca.fixture.js';
import { TestProxy } from '../../http-client/proxy.fixture.js';
import { BinarySource } from '../binary/binary-source.js';
import { eventFrame, headerFrame, timeOf } from '../binary/frames.fixture.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { questionFor } from '../question.fixture.js';
import { Connections } from './connections.js';
import { download } from './download.js';

const TOKEN = 's3cret-0123456789';

let folder: string;
let path: string;
const servers: Server[] = [];
const open: Connections[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  path = join(folder, 'headers');
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const each of open.splice(0)) await each.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

/** As those do that renew tokens. */
function renew(text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that lets those in who have the token, and tells others what they sent. */
function gateway(token: () => string, asked: IncomingMessage[] = []): RequestListener {
  return (call, reply) => {
    asked.push(call);
    const { authorization = 'nothing' } = call.headers;
    if (authorization === `Bearer ${token()}`) reply.end('[]');
    else reply.writeHead(401).end(`no access with ${authorization}`);
  };
}

function connectionsTo(url: string, certificates?: string[]): Connections {
  const connections = new Connections({ certificates, headers: new HeadersFile(path, [url]) });
  open.push(connections);
  return connections;
}

async function ask(url: string, connections = connectionsTo(url)): Promise<string> {
  const parts: string[] = [];
  const take = (chunk: Uint8Array) => void parts.push(Buffer.from(chunk).toString());
  await download({ url, body: '{}', connections }, take);
  return parts.join('');
}

describe('the headers of a file', () => {
  it('go along with each question as they are then, and a refusal names them without their values', async () => {
    let token = TOKEN;
    const asked: IncomingMessage[] = [];
    const url = `http://127.0.0.1:${await portOf(createServer(gateway(() => token, asked)))}/query`;
    const connections = connectionsTo(url);
    renew(`Authorization: Bearer ${TOKEN}\nX-Lab: alvra\n`);
    expect(await ask(url, connections)).toBe('[]');
    expect(asked[0].headers).toMatchObject({
      ...{ 'x-lab': 'alvra', 'content-type': 'application/json', accept: 'application/json' },
    });
    token = 'renewed-0123456789';
    const remedy = `it does not accept the headers in --data_api_headers_file ${path}: renew them`;
    await expect(ask(url, connections)).rejects.toMatchObject({
      ...{ code: 'http_status', status: 401, transient: true, body: 'no access with ***' },
      message: `${url} answered HTTP 401: no access with ***; ${remedy}`,
    });
    rmSync(path);
    await expect(ask(url, connections)).rejects.toMatchObject({
      ...{ code: 'headers_unusable', transient: true },
      message: expect.stringContaining(`${url} was not asked: --data_api_headers_file ${path} can`),
    });
    expect(asked).toHaveLength(2);
    renew(`Authorization: Bearer ${token}`);
    expect(await ask(url, connections)).toBe('[]');
  });

  it.each([
    [401, '', true, '; --data_api_headers_file names a file with the token that it wants'],
    [401, 'me:pass@', true, '; it does not accept user and password of the URL'],
    [403, 'me:pass@', false, 'HTTP 403'],
  ])('are missed where there are none: %d, %s', async (status, user, transient, words) => {
    const port = await portOf(createServer((_call, reply) => reply.writeHead(status).end()));
    await expect(ask(`http://${user}127.0.0.1:${port}/`, new Connections())).rejects.toMatchObject({
      transient,
      message: expect.stringMatching(`${words}$`),
    });
  });

  it('make a 403 one that passes, as they can be renewed', async () => {
    renew(`Authorization: Bearer ${TOKEN}`);
    const port = await portOf(createServer((_call, reply) => reply.writeHead(403).end()));
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      ...{ transient: true, message: expect.stringContaining('renew them') },
    });
  });

  it('are in no message, whatever the server says', async () => {
    renew(`Authorization: Bearer ${TOKEN}`);
    const server = createTcpServer((socket) => {
      socket.on('data', (question) => {
        socket.end(/Bearer .*/i.exec(question.toString())![0]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const failed = ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await expect(failed).rejects.toThrow('what is not HTTP/1.1');
    await expect(failed).rejects.not.toThrow(TOKEN.slice(0, 8));
    server.close();
  });

  it('follow no redirection, and go to no other server', async () => {
    renew(`Authorization: Bearer ${TOKEN}`);
    const asked: IncomingMessage[] = [];
    const other = `http://127.0.0.1:${await portOf(createServer(gateway(() => '', asked)))}/`;
    const moved = createServer((_call, reply) => reply.writeHead(307, { location: other }).end());
    const url = `http://127.0.0.1:${await portOf(moved)}/query`;
    const connections = connectionsTo(url);
    await expect(ask(url, connections)).rejects.toMatchObject({ status: 307 });
    expect(asked).toEqual([]);
    await expect(ask(other, connections)).rejects.toMatchObject({ status: 401 });
    expect(asked[0].headers.authorization).toBeUndefined();
  });

  it('pass a proxy inside of the tunnel to an https server', async () => {
    renew(`Authorization: Bearer ${TOKEN}`);
    const proxy = await TestProxy.start();
    const heads: string[] = [];
    proxy.server.on('connect', ({ rawHeaders }: IncomingMessage) => heads.push(...rawHeaders));
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const port = await portOf(
      createTlsServer(
        SERVER,
        gateway(() => TOKEN),
      ),
    );
    const url = `https://data-api.invalid:${port}/query`;
    expect(await ask(url, connectionsTo(url, [PRIVATE_CA]))).toBe('[]');
    expect(proxy.asked).toEqual([`CONNECT data-api.invalid:${port}`]);
    expect(heads.join(' ')).toMatch(/host/i);
    expect(heads.join(' ')).not.toMatch(/authorization|s3cret/i);
    await proxy.close();
  });

  it('go along with all calls of the binary protocol', async () => {
    renew(`Authorization: Bearer ${TOKEN}`);
    const calls: string[] = [];
    const secondsOf = (id: number) => ({
      globalSeconds: String(timeOf(id)).replace(/(?=.{9}$)/, '.'),
    });
    const server = createServer(({ method, url, headers }, reply) => {
      calls.push(`${method} ${url} ${headers.authorization}`);
      if (url === '/query/mapping') {
        reply.end(JSON.stringify([{ start: secondsOf(4), end: secondsOf(5) }]));
      } else if (url === '/query') {
        reply.setHeader('x-daqbuffer-request-id', 'abc');
        const events = [4, 5].map((id) => eventFrame(id, Buffer.of(id)));
        reply.end(Buffer.concat([headerFrame({ name: 'A', type: 'int8' }), ...events]));
      } else {
        reply.end('{"errors":[]}');
      }
    });
    const url = `http://127.0.0.1:${await portOf(server)}`;
    const source = new BinarySource({ url, connections: connectionsTo(url) });
    const question = questionFor(['A'], { startPulseId: 4, endPulseId: 5 });
    expect(await source.read(question, new RecordingSink())).toMatchObject({ rows: 2 });
    expect(calls).toEqual(
      ['POST /query/mapping', 'POST /query', 'GET /requestStatus/abc'].map(
        (call) => `${call} Bearer ${TOKEN}`,
      ),
    );
  });
});
