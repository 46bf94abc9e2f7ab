import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from './download.js';
import { RawServer } from './raw-server.fixture.js';

const server = new RawServer();
afterEach(() => server.close());

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

function failureOf(url: string): Promise<Error> {
  return download({ url, body: '{}' }, () => undefined).then(
    () => expect.fail('nothing failed'),
    (error: Error) => error,
  );
}

function encoded(encoding: string, body: Buffer): Buffer {
  const length = `Content-Length: ${body.length}\r\n`;
  return Buffer.concat([Buffer.from(`${OK}Content-Encoding: ${encoding}\r\n${length}\r\n`), body]);
}

describe('the message says what came:', () => {
  it.each([
    [
      'two lengths',
      `${OK}Content-Length: 2\r\nX: y\r\ncontent-length: 5\r\n\r\n[]`,
      'not HTTP/1.1: contradictory lengths: Content-Length: 2, content-length: 5',
    ],
    [
      'two lengths in one line',
      `${OK}Content-Length: 2, 5\r\n\r\n[]`,
      'not HTTP/1.1: contradictory lengths: Content-Length: 2, 5',
    ],
    [
      'a length and chunks',
      `${OK}Content-Length: 2\r\n${CHUNKED}\r\n2\r\n[]\r\n0\r\n\r\n`,
      'not HTTP/1.1: contradictory lengths: Content-Length: 2, Transfer-Encoding: chunked',
    ],
    ['no length', `${OK}Content-Length: many\r\n\r\n[]`, 'Invalid character in Content-Length'],
    ['another protocol', 'SSH-2.0-OpenSSH\r\n', 'not HTTP/1.1'],
    ['headers without colon', `${OK}Content-Length: 2\r\nX Y\r\n\r\n[]`, 'malformed'],
    ['a chunk without length', `${OK}${CHUNKED}\r\n2\r\n[]\r\nzz\r\n`, '2 bytes into the body'],
    [
      'another protocol instead of a reply',
      'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
      'a change to another protocol',
    ],
  ])('%s', async (_what, said, message) => {
    expect(await failureOf(await server.says(said))).toMatchObject({
      code: 'malformed_reply',
      message: expect.stringContaining(message),
    });
  });

  it('the connection, ended before an answer', async () => {
    expect(await failureOf(await server.says(''))).toMatchObject({
      code: 'connection_failed',
      transient: true,
      message: expect.stringContaining('broke the connection before it answered'),
    });
  });

  it.each([
    ['gzip', 'incorrect header check'],
    ['deflate', 'incorrect header check'],
    ['br', ''],
    ['gzip, x-gzip', 'incorrect header check'],
  ])('a body that is not %s', async (encoding, why) => {
    const url = await server.says(encoded(encoding, Buffer.from('not compressed')));
    const what = `answered with a body that can't be decoded as ${encoding}: ${why}`;
    expect(await failureOf(url)).toMatchObject({
      code: 'malformed_reply',
      transient: true,
      message: expect.stringContaining(what),
    });
  });

  it('a compressed body that ends too early, after the bytes that came', async () => {
    const url = await server.says(encoded('gzip', gzipSync('x'.repeat(1000)).subarray(0, 15)));
    expect(await failureOf(url)).toMatchObject({ code: 'truncated_reply', bytes: 15 });
  });

  it.each([
    [
      'Location: http://user:secret@elsewhere/query\r\n',
      'a redirect to http://***@elsewhere/query',
    ],
    ['', 'HTTP 307, a redirect without Location'],
  ])('a redirect, %j', async (location, message) => {
    const url = await server.says(`HTTP/1.1 307 There\r\n${location}Content-Length: 0\r\n\r\n`);
    expect(await failureOf(url)).toMatchObject({
      code: 'http_status',
      message: expect.stringContaining(message),
    });
  });
});
