import { afterEach, describe, expect, it } from 'vitest';
import { BinarySource } from './binary/binary-source.js';
import { eventFrame, headerFrame } from './binary/frames.fixture.js';
import { JsonSource } from './json/json-source.js';
import { RecordingSink } from './json/recording-sink.fixture.js';
import { MEMORY } from './json/tree.fixture.js';
import { questionFor } from './question.fixture.js';
import { RawServer } from './http/raw-server.fixture.js';
import { fetchSmallJson } from './http/small-reply.js';

const server = new RawServer();
afterEach(() => server.close());

const OK = 'HTTP/1.1 200 OK\r\n\r\n';
const limits = { valueMs: 240 };
const timedOut = {
  code: 'timed_out',
  transient: true,
  phase: 'value',
  message: expect.stringContaining('the reply went on, but no value came within 0.24 s'),
};

function ask(url: string) {
  const source = new JsonSource({ url, memory: MEMORY, limits });
  return source.read(questionFor(['A']), new RecordingSink());
}

function askBinary(url: string) {
  const range = { startSeconds: '0', endSeconds: '1' };
  return new BinarySource({ url, limits }).read(questionFor(['A'], range), new RecordingSink());
}

describe('a reply that goes on without a value', () => {
  it.each([
    ['blanks', '', ' '],
    ['blanks among points', '[{"data":[{"pulseId":1,"value":2}', '\n'],
    ['an endless text', '[{"data":[{"globalDate":"', 'x'],
    ['keys that nobody knows', '[{"data":[],"a":1', ',"b":2'],
    ['letters of an error', '{"status":500,"message":"', 'x'],
  ])('is given up: %s', async (_what, start, again) => {
    await expect(ask(await server.says(OK + start, again, 20))).rejects.toMatchObject(timedOut);
  });

  it.each([
    ['bytes of a frame', Buffer.of(0, 1, 0, 0, 1), '\0'],
    ['the same header', headerFrame({ name: 'A', type: 'int8' }), undefined],
  ])('is given up in the binary protocol: %s', async (_what, start, again) => {
    const url = await server.says(
      Buffer.concat([Buffer.from(OK), start]),
      again ?? start.toString('latin1'),
      20,
    );
    await expect(askBinary(url)).rejects.toMatchObject(timedOut);
  });

  it('is given up when it is to be a small one', async () => {
    const url = await server.says(OK, ' ', 20);
    await expect(fetchSmallJson({ url, limits })).rejects.toMatchObject(timedOut);
  });
});

/** Says the pieces slowly: all of them take longer than the limit. */
function slowly(pieces: readonly (string | Buffer)[]): Promise<string> {
  return server.serve((socket) => {
    socket.write(OK);
    const rest = [...pieces];
    const timer = setInterval(() => {
      socket.write(rest.shift()!);
      if (rest.length > 0) return;
      clearInterval(timer);
      socket.end();
    }, 30);
    socket.on('close', () => clearInterval(timer));
  });
}

const PULSES = Array.from({ length: 20 }, (_, i) => i + 1);

describe('a slow reply that brings values', () => {
  it('is read to its end', async () => {
    const url = await slowly([
      '[{"channel":"A","configs":[{"type":"float64","shape":[1]}],"data":[{"pulseId":0,"value":0}',
      ...PULSES.map((id) => `,{"pulseId":${id},"value":${id}}`),
      ']}]',
    ]);
    expect(await ask(url)).toMatchObject({ rows: 21 });
  });

  it('is read to its end, be it one large value', async () => {
    const url = await slowly([
      '[{"channel":"A","configs":[{"type":"float64","shape":[21]}],"data":[{"pulseId":1,"value":[0',
      ...PULSES.map((element) => `,${element}`),
      ']}]}]',
    ]);
    expect(await ask(url)).toMatchObject({ rows: 1 });
  });

  it('is read to its end in the binary protocol', async () => {
    const events = PULSES.map((id) => eventFrame(id, Buffer.of(id)));
    const url = await slowly([headerFrame({ name: 'A', type: 'int8' }), ...events]);
    expect(await askBinary(url)).toMatchObject({ rows: 20 });
  });
});
