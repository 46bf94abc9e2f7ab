import { createHash, randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.js';
import { type Download, download } from './download.js';
import {
  ConnectionFailed,
  HttpFailure,
  TimedOut,
  TruncatedReply,
  UnsupportedEncoding,
} from '../errors.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`;
}

async function fetchText(url: string, options: Partial<Download> = {}): Promise<string> {
  const parts: Buffer[] = [];
  await download({ url, body: '{}', ...options }, (chunk) => {
    parts.push(Buffer.from(chunk));
  });
  return Buffer.concat(parts).toString();
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('nothing failed'),
    (error: unknown) => error,
  );
}

describe('a download', () => {
  it('posts the question as it is and hands on the reply', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        const { method, url, headers } = request;
        response.end(JSON.stringify([method, url, headers['content-type'], headers.accept, body]));
      });
    });
    const text = await fetchText(url, { body: '{"channels": []}' });
    expect(JSON.parse(text)).toStrictEqual([
      'POST',
      '/query',
      'application/json',
      'application/json',
      '{"channels": []}',
    ]);
  });

  it('understands a reply that was compressed unasked', async () => {
    const text = 'x'.repeat(100_000);
    const url = await serve((_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(text));
    });
    expect(await fetchText(url)).toBe(text);
  });

  it.each(['identity', 'gzip'])('loses nothing of much that comes fast, %s', async (encoding) => {
    const sent = randomBytes(24 * 1024 * 1024);
    const url = await serve((_request, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(encoding === 'gzip' ? gzipSync(sent, { level: 0 }) : sent);
    });
    const received = createHash('sha256');
    let last: Uint8Array | undefined;
    await download({ url }, (chunk) => {
      // Nobody needs what was handed over before.
      last?.fill(0);
      received.update((last = chunk));
    });
    expect(received.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  it('reads no faster than the receiver takes', async () => {
    const piece = Buffer.alloc(64 * 1024);
    let sent = 0;
    const url = await serve((_request, response) => {
      const send = (): void => {
        while (sent < 64 * 1024 * 1024) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', send);
        }
        response.end();
      };
      send();
    });
    let taken = 0;
    let ahead = 0;
    await download({ url, body: '{}' }, (chunk) => {
      taken += chunk.length;
      ahead = Math.max(ahead, sent - taken);
      const until = performance.now() + 0.2;
      while (performance.now() < until);
    });
    expect(taken).toBe(64 * 1024 * 1024);
    expect(ahead).toBeLessThan(16 * 1024 * 1024);
  });

  it('uses a connection again, also after one that was given up', async () => {
    const url = await serve(({ socket: { remotePort } }, response) => {
      response.end(String(remotePort));
    });
    const connections = new Connections();
    const first = await fetchText(url, { connections });
    expect(await fetchText(url, { connections })).toBe(first);
    const refused = download({ url, connections }, () => {
      throw new Error('disk full');
    });
    await expect(refused).rejects.toThrow('disk full');
    expect(await fetchText(url, { connections })).toMatch(/^\d+$/);
    await connections.close();
  });

  it('gives on what the receiver throws, and stops reading', async () => {
    const wrong = new Error('disk full');
    let noteClosed: () => void;
    const closed = new Promise<void>((resolve) => (noteClosed = resolve));
    const url = await serve((_request, response) => {
      response.on('close', noteClosed);
      response.write('some');
    });
    const broken = download({ url, body: '{}' }, () => {
      throw wrong;
    });
    expect(await failure(broken)).toBe(wrong);
    await closed;
  });
});

describe('a failed download', () => {
  it.each([
    [500, true],
    [503, true],
    [429, true],
    [400, false],
    [404, false],
    [302, false],
    [204, false],
  ])('with HTTP status %i', async (status, transient) => {
    const url = await serve((_request, response) => {
      response.statusCode = status;
      response.end(status === 204 ? '' : `  sorry,\n ${'x'.repeat(10_000)}`);
    });
    const error = await failure(fetchText(url));
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error).toMatchObject({ code: 'http_status', status, transient });
    const { message } = error as HttpFailure;
    expect(message).toContain(`HTTP ${status}`);
    if (status !== 204) expect(message).toContain('sorry, xxx');
    expect(message.length).toBeLessThan(700);
  });

  it('refused', async () => {
    const url = await serve(() => {});
    const [server] = servers.splice(0);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(fetchText(url));
    expect(error).toBeInstanceOf(ConnectionFailed);
    expect(error).toMatchObject({ reason: 'ECONNREFUSED', transient: true });
  });

  it('by TLS, where nobody speaks it', async () => {
    const url = (await serve((_question, reply) => reply.end())).replace('http:', 'https:');
    const error = await failure(fetchText(url));
    expect(error).toBeInstanceOf(ConnectionFailed);
    expect((error as Error).message).toBe(
      `${url} can't be reached: the server does not speak TLS at this port: should the URL begin with http://?`,
    );
  });

  it('with a host that does not exist', async () => {
    const error = await failure(fetchText('http://does-not-exist.invalid/query'));
    expect(error).toBeInstanceOf(ConnectionFailed);
    expect((error as ConnectionFailed).reason).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('closed before an answer', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await failure(fetchText(url))).toMatchObject({
      code: 'connection_failed',
      transient: true,
    });
  });

  it.each([{ 'content-length': '1000' }, {}])('broken off, headers %j', async (headers) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.write('[{"data"', () => response.destroy());
    });
    const error = await failure(fetchText(url));
    expect(error).toBeInstanceOf(TruncatedReply);
    expect(error).toMatchObject({ bytes: 8, transient: true });
  });

  it('broken off inside a compressed reply', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('x'.repeat(100_000)).subarray(0, 60));
    });
    expect(await failure(fetchText(url))).toBeInstanceOf(TruncatedReply);
  });

  it('in an encoding that nobody asked for', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-encoding', 'snappy');
      response.end('x');
    });
    const error = await failure(fetchText(url));
    expect(error).toBeInstanceOf(UnsupportedEncoding);
    expect(error).toMatchObject({ encoding: 'snappy', transient: false });
  });

  it('with a server that does not answer', async () => {
    const url = await serve(() => {});
    const error = await failure(fetchText(url, { limits: { firstByteMs: 50 } }));
    expect(error).toBeInstanceOf(TimedOut);
    expect(error).toMatchObject({ phase: 'first byte', limitMs: 50, transient: true });
  });

  it('with a server that falls silent', async () => {
    const url = await serve((_request, response) => void response.write('[{'));
    const error = await failure(fetchText(url, { limits: { silenceMs: 50 } }));
    expect(error).toMatchObject({ phase: 'silence', limitMs: 50 });
  });

  it('aborted, before and during the reply', async () => {
    const url = await serve((_request, response) => void response.write('[{'));
    const reason = new Error('shutting down');
    const early = fetchText(url, { signal: AbortSignal.abort(reason) });
    expect(await failure(early)).toBe(reason);
    const controller = new AbortController();
    const late = download({ url, body: '{}', signal: controller.signal }, () => {
      controller.abort(reason);
    });
    expect(await failure(late)).toBe(reason);
  });

  it('with an answer that is no HTTP', async () => {
    const server = createTcpServer((socket: Socket) => {
      socket.resume().end('SSH-2.0-OpenSSH\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const error = await failure(fetchText(`http://127.0.0.1:${port}/query`));
    expect(error).toMatchObject({ code: 'malformed_reply', transient: false });
    await new Promise((resolve) => server.close(resolve));
  });
});
