import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.js';
import { type Download, download } from './download.js';
import { RawServer } from './raw-server.fixture.js';

const server = new RawServer();
afterEach(() => server.close());

const BODY = Buffer.from(randomBytes(2 * 1024 * 1024).toString('hex'));
const LEAST_WORK = { params: { [constants.BROTLI_PARAM_QUALITY]: 0 } };
const ENCODERS = {
  gzip: (body: Buffer) => gzipSync(body, { level: 1 }),
  deflate: (body: Buffer) => deflateSync(body, { level: 1 }),
  br: (body: Buffer) => brotliCompressSync(body, LEAST_WORK),
};
const GZIPPED = ENCODERS.gzip(BODY);
type Encoding = keyof typeof ENCODERS;
type Framing = 'length' | 'chunks' | 'none';

function head(encoding: Encoding, ...headers: readonly string[]): Buffer {
  const lines = ['HTTP/1.1 200 OK', `Content-Encoding: ${encoding}`, ...headers, '', ''];
  return Buffer.from(lines.join('\r\n'));
}

function reply(encoding: Encoding, body: Buffer, framing: Framing, connection = 'close'): Buffer {
  const kept = `Connection: ${connection}`;
  if (framing === 'none') return Buffer.concat([head(encoding, kept), body]);
  if (framing === 'length') {
    return Buffer.concat([head(encoding, kept, `Content-Length: ${body.length}`), body]);
  }
  const parts = [head(encoding, kept, 'Transfer-Encoding: chunked')];
  for (let at = 0; at < body.length; at += 50_000) {
    const piece = body.subarray(at, at + 50_000);
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

async function hashOf(url: string, options: Partial<Download> = {}): Promise<string> {
  const hash = createHash('sha256');
  await download({ url, ...options }, (chunk) => void hash.update(chunk));
  return hash.digest('hex');
}

const expected = createHash('sha256').update(BODY).digest('hex');

function spend(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a compressed reply of some size', () => {
  const encodings: readonly Encoding[] = ['gzip', 'deflate', 'br'];
  const framings: readonly Framing[] = ['length', 'chunks', 'none'];

  const each = encodings.flatMap((encoding) =>
    framings.map((framing) => [encoding, framing] as const),
  );

  it.each(each)('comes whole though its connection ends: %s, %s', async (encoding, framing) => {
    const url = await server.says(reply(encoding, ENCODERS[encoding](BODY), framing));
    expect(await hashOf(url)).toBe(expected);
  });

  it.each(each)('comes whole where it ends during decoding: %s, %s', async (encoding, framing) => {
    // One read takes most of it; the rest waits for the decoder, together with the end.
    const body = BODY.subarray(0, 400_000);
    const whole = reply(encoding, ENCODERS[encoding](body), framing);
    let peer: Socket | undefined;
    const url = await server.serve((socket) => (peer = socket).write(whole.subarray(0, -5000)));
    const parts: Buffer[] = [];
    await download({ url }, (chunk) => {
      if (parts.push(Buffer.from(chunk)) === 1) peer!.end(whole.subarray(-5000));
    });
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });

  it('comes whole where the connection that was to be kept ends', async () => {
    const url = await server.says(reply('gzip', GZIPPED, 'length', 'keep-alive'));
    expect(await hashOf(url)).toBe(expected);
  });

  it('comes after another on the same connection', async () => {
    const whole = reply('gzip', GZIPPED, 'length', 'keep-alive');
    const asked = new Set<Socket>();
    const url = await server.serve((socket) => {
      asked.add(socket);
      socket.write(whole);
    });
    const connections = new Connections();
    for (let n = 0; n < 3; n++) expect(await hashOf(url, { connections })).toBe(expected);
    expect(asked.size).toBe(1);
    await connections.close();
  });

  it.each<Framing>(['length', 'chunks', 'none'])(
    'is truncated where its connection is reset, %s',
    async (framing) => {
      const part = reply('gzip', GZIPPED, framing).subarray(0, GZIPPED.length / 2);
      let peer: Socket | undefined;
      const url = await server.serve((socket) => (peer = socket).write(part));
      const broken = download({ url }, () => void peer!.resetAndDestroy());
      await expect(broken).rejects.toMatchObject({ code: 'truncated_reply', transient: true });
    },
  );

  it('is followed by another after it was given up', async () => {
    const url = await server.says(reply('gzip', GZIPPED, 'length'));
    const connections = new Connections();
    const refused = download({ url, connections }, () => {
      throw new Error('disk full');
    });
    await expect(refused).rejects.toThrow('disk full');
    expect(await hashOf(url, { connections })).toBe(expected);
    await connections.close();
  });

  it('is sent no faster than the receiver takes it', async () => {
    const MANY = 48 * 1024 * 1024;
    const body = gzipSync(Buffer.alloc(MANY, BODY), { level: 0 });
    let sent = 0;
    const url = await server.serve((socket) => {
      const send = (): void => {
        while (sent < body.length) {
          const piece = body.subarray(sent, (sent += 64 * 1024));
          if (!socket.write(piece)) return void socket.once('drain', send);
        }
        socket.end();
      };
      socket.write(head('gzip', 'Connection: close'));
      send();
    });
    let taken = 0;
    let ahead = 0;
    await download({ url }, (chunk) => {
      taken += chunk.length;
      ahead = Math.max(ahead, sent - taken);
      spend(0.1);
    });
    expect(taken).toBe(MANY);
    expect(ahead).toBeLessThan(16 * 1024 * 1024);
  });

  it('is not silent while it is being decoded', async () => {
    const body = gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '));
    const url = await server.says(reply('gzip', body, 'length'));
    let taken = 0;
    const take = (chunk: Uint8Array) => {
      taken += chunk.length;
      spend(0.5);
    };
    await download({ url, limits: { silenceMs: 150 } }, take);
    expect(taken).toBe(8 * 1024 * 1024);
  });
});

describe('a compressed error', () => {
  const words = '{"status": 400, "message": "no such unit"}';
  const refusal = (encoding: string, body: Buffer) => {
    const head = `HTTP/1.1 400 Bad Request\r\nContent-Encoding: ${encoding}\r\nConnection: close\r\n\r\n`;
    return server.says(Buffer.concat([Buffer.from(head), body]));
  };

  it.each(Object.entries(ENCODERS))('is quoted as it was meant, %s', async (encoding, encode) => {
    const url = await refusal(encoding, encode(Buffer.from(words)));
    const refused = download({ url }, () => undefined);
    await expect(refused).rejects.toMatchObject({ status: 400, body: words });
  });

  it.each(Object.entries(ENCODERS))(
    'of some length is quoted in part, %s',
    async (name, encode) => {
      const url = await refusal(name, encode(Buffer.concat([Buffer.from(words), BODY])));
      const refused = download({ url }, () => undefined);
      const body = expect.stringMatching(/^\{"status": 400, "message": "no such unit"\}/);
      await expect(refused).rejects.toMatchObject({ status: 400, body });
    },
  );

  it.each([
    ['gzip', 'not gzip'],
    ['zstd', words],
  ])('is not quoted where it can not be told, %s', async (encoding, text) => {
    const url = await refusal(encoding, Buffer.from(text));
    const refused = download({ url }, () => undefined);
    await expect(refused).rejects.toMatchObject({ status: 400, body: '' });
  });
});
