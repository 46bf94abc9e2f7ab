import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.js';
import { download } from './download.js';
import { RawServer } from './raw-server.fixture.js';

const server = new RawServer();
afterEach(() => server.close());

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const OLD_CONTINUE = CONTINUE.replace('1.1', '1.0');
const reply = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Says a text so that each piece is read by itself. */
function sayInPieces(socket: Socket, text: string, length: number): void {
  const later = (from: number) => setImmediate(() => next(from));
  const next = (from: number) => {
    const end = from + length;
    socket.write(text.slice(from, end), () => end < text.length && later(end));
  };
  socket.setNoDelay(true);
  next(0);
}

async function textOf(url: string, connections?: Connections): Promise<string> {
  const parts: string[] = [];
  const take = (chunk: Uint8Array) => void parts.push(Buffer.from(chunk).toString());
  await download({ url, body: '{}', connections }, take);
  return parts.join('');
}

describe('an answer that informs, unasked', () => {
  it.each([
    ['100', CONTINUE],
    ['100 with headers', 'HTTP/1.1 100 Continue\r\nServer: proxy\r\n\r\n'],
    ['100 without a word', 'HTTP/1.1 100\r\n\r\n'],
    ['100, several times', CONTINUE.repeat(5)],
    ['100 among others', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${CONTINUE}`],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['100 of HTTP/1.0', OLD_CONTINUE],
    ['100 of HTTP/1.0, several times', `${OLD_CONTINUE}${CONTINUE}${OLD_CONTINUE}`],
    ['103 of HTTP/1.0', 'HTTP/1.0 103 Early Hints\r\nLink: </a>\r\n\r\n'],
  ])('is passed over: %s', async (_what, answers) => {
    expect(await textOf(await server.says(answers + reply('[]')))).toBe('[]');
  });

  it.each([
    ['HTTP/1.1', CONTINUE, reply('[1]')],
    ['HTTP/1.0', OLD_CONTINUE, reply('[1]').replace('1.1', '1.0')],
  ])('is passed over in pieces of one byte, %s', async (_version, informs, replies) => {
    const url = await server.serve((socket) => sayInPieces(socket, informs + informs + replies, 1));
    expect(await textOf(url)).toBe('[1]');
  });

  it.each([1021, 1022, 1023, 1024, 1025, 5000])(
    'is passed over behind a head that ends at byte %i',
    async (bytes) => {
      const [first, end] = ['HTTP/1.1 103 Early Hints\r\nLink: ', '\r\n\r\n'];
      const head = first + 'x'.repeat(bytes - first.length - end.length) + end;
      expect(await textOf(await server.says(head + CONTINUE + reply('[]')))).toBe('[]');
    },
  );

  it('is passed over before each reply of a connection', async () => {
    let asked = 0;
    const url = await server.serve((socket) => {
      socket.write(`${CONTINUE}${reply(`[${++asked}]`)}`);
    });
    const connections = new Connections();
    expect(await textOf(url, connections)).toBe('[1]');
    expect(await textOf(url, connections)).toBe('[2]');
    await connections.close();
  });

  it('is not looked for in a body', async () => {
    const body = `\r\n${CONTINUE}`.repeat(3);
    const pieces = [reply(body).slice(0, -body.length), body.slice(2), '\r\n'];
    const url = await server.serve((socket) => {
      const next = () => void socket.write(pieces.shift()!, () => pieces.length > 0 && next());
      next();
    });
    expect(await textOf(url)).toBe(`${CONTINUE}\r\n${CONTINUE}\r\n${CONTINUE}\r\n`);
  });
});

describe('a head', () => {
  it.each([1, 7, 13, 29])('is what was sent, in pieces of %i bytes', async (length) => {
    const sent = Array.from({ length: 20 }, (_, i) => [`x-${i}`, `${i}-`.repeat(10)] as const);
    const lines = sent.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const text = `HTTP/1.1 200 OK\r\n${lines}Content-Length: 2\r\n\r\n[]`;
    const url = await server.serve((socket) => sayInPieces(socket, text, length));
    const headers = await download({ url, body: '{}' }, () => undefined);
    expect(headers).toEqual({ ...Object.fromEntries(sent), 'content-length': '2' });
  });
});
