import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { type Download, download } from './download.js';
import { RawServer } from './raw-server.fixture.js';

const server = new RawServer();
afterEach(() => server.close());

async function failure(url: string, options: Partial<Download> = {}): Promise<unknown> {
  return download({ url, body: '{}', ...options }, () => undefined).then(
    () => expect.fail('nothing failed'),
    (error: unknown) => error,
  );
}

const OK = 'HTTP/1.1 200 OK\r\n';

it('gives up headers without end', async () => {
  const url = await server.says(OK, 'X-More: of them\r\n'.repeat(100));
  expect(await failure(url)).toMatchObject({ reason: 'UND_ERR_HEADERS_OVERFLOW' });
});

it('gives headers that come byte by byte no more time than others', async () => {
  const url = await server.says(`${OK}X-More: `, 'a', 20);
  const error = await failure(url, { limits: { firstByteMs: 200 } });
  expect(error).toMatchObject({ code: 'timed_out', phase: 'first byte' });
});

it('gives up a server that only says that it works', async () => {
  const url = await server.says('', 'HTTP/1.1 102 Processing\r\n\r\n');
  expect(await failure(url)).toMatchObject({
    code: 'malformed_reply',
    message: expect.stringContaining('more than 10 answers of status 1xx'),
  });
});

it('waits for the reply behind a few of these', async () => {
  const reply = `${OK}Content-Length: 2\r\n\r\n[]`;
  const url = await server.says('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(10) + reply);
  await expect(download({ url }, () => undefined)).resolves.toMatchObject({
    'content-length': '2',
  });
});

it.each([
  ['fast', undefined],
  ['byte by byte', 100],
])('quotes the beginning of an error without end, %s', async (_how, everyMs) => {
  const again = everyMs === undefined ? `1000\r\n${'x'.repeat(4096)}\r\n` : '1\r\nx\r\n';
  const start = 'HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n';
  const url = await server.says(start, again, everyMs);
  expect(await failure(url)).toMatchObject({
    status: 500,
    body: expect.stringMatching(/^x{3,500}$/),
  });
});

it('undoes five encodings and no more', async () => {
  const encoded = (times: number) => {
    let body = Buffer.from('[]');
    for (let n = 0; n < times; n++) body = gzipSync(body);
    const list = Array.from({ length: times }, () => 'gzip').join(', ');
    const headers = `${OK}Content-Encoding: ${list}\r\nContent-Length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(headers), body]);
  };
  const parts: string[] = [];
  const url = await server.says(encoded(5));
  await download({ url }, (chunk) => void parts.push(Buffer.from(chunk).toString()));
  expect(parts.join('')).toBe('[]');
  expect(await failure(await server.says(encoded(6)))).toMatchObject({
    code: 'unsupported_encoding',
  });
});

it('hands a bomb on piece by piece, and ends it when the receiver does', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
  const headers = `${OK}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
  const url = await server.says(Buffer.concat([Buffer.from(headers), bomb]));
  let taken = 0;
  let largest = 0;
  const refused = download({ url }, (chunk) => {
    taken += chunk.length;
    largest = Math.max(largest, chunk.length);
    if (taken > 1024 * 1024) throw new Error('enough');
  });
  await expect(refused).rejects.toThrow('enough');
  expect(taken).toBeLessThan(2 * 1024 * 1024);
  expect(largest).toBeLessThanOrEqual(64 * 1024);
});

it.each(['/query', 'http://127.0.0.1:1/query', 'file:///etc/passwd'])(
  'follows no redirection: %s',
  async (location) => {
    const url = await server.says(
      `HTTP/1.1 307 There\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(await failure(url)).toMatchObject({ status: 307, transient: false });
  },
);
