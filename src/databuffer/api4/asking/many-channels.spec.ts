import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelHeader } from '../../../rows/row-block.js';
import type { RowSink } from '../../../rows/row-sink.js';
import { questionFor } from '../../question.fixture.js';
import { batch, FINAL } from '../cbor/cbor.fixture.js';
import type { Answer } from '../data-server.fixture.js';
import { EventsServers, RANGE, reply, rows, timeOf, WHOLE } from '../events-server.fixture.js';

const servers = new EventsServers();
afterEach(() => servers.close());

const LENGTH = 1024;
const PER_FRAME = 16;
/** Rows of 8 KiB, of pulses of the range, some of which come in each frame. */
const FRAME = batch({
  scalar_type: 'f64',
  tss: Array.from({ length: PER_FRAME }, (_, i) => timeOf(1) + BigInt(i)),
  values: Array.from({ length: PER_FRAME }, () =>
    Array.from({ length: LENGTH }, (_, i) => i + 0.1),
  ),
});
const FRAMES = 8;
const ROWS = PER_FRAME * FRAMES;
/** About a megabyte. */
const LARGE = reply(...Array<Buffer>(FRAMES).fill(FRAME), FINAL);

const NAMES = Array.from({ length: 8 }, (_, i) => `C${i}`);
/** No scratch file can be made there. */
const NO_FILE = join(tmpdir(), `gone-${randomUUID()}`, 'spool');
const script = (answer: Answer) => Object.fromEntries(NAMES.map((name) => [name, [answer]]));

it('come in the order asked for, whichever comes first', async () => {
  const names = ['D', 'A', 'C', 'B'];
  const held: (() => void)[] = [];
  // The last one to be asked is the first to be answered.
  const { url } = await servers.serve(
    Object.fromEntries(
      names.map((name) => [
        name,
        [
          (response, request) => {
            held.push(() => WHOLE[0](response, request));
            if (held.length === names.length) for (const answer of held.reverse()) answer();
          },
        ],
      ]),
    ),
  );
  const { sink, channels } = await servers.read(url, names, { question: { spoolPath: NO_FILE } });
  expect(sink.channels.map(({ header }) => header.name)).toEqual(names);
  expect(channels.map(({ name }) => name)).toEqual(names);
  for (const name of names) expect(sink.values(name)).toEqual([1, 2, 3, 4, 5]);
});

it('are downloaded as many at once as it is set', async () => {
  let now = 0;
  let most = 0;
  const count: Answer = (response) => {
    most = Math.max(most, ++now);
    setImmediate(() => {
      now--;
      WHOLE[0](response, response.req);
    });
  };
  const { url } = await servers.serve(script(count));
  const { rows } = await servers.read(url, NAMES, { channelsAtOnce: 3 });
  expect([rows, most]).toEqual([5 * NAMES.length, 3]);
});

/** Keeps names alone. */
class ForgetfulSink implements RowSink {
  readonly names: string[] = [];

  openChannel({ name }: ChannelHeader) {
    this.names.push(name);
    return { append: () => undefined, close: () => undefined };
  }

  headerOf = () => undefined;
}

describe('with much more than there is memory for', () => {
  const read = async (url: string, question: object, limits = {}) => {
    const sink = new ForgetfulSink();
    const asked = { ...questionFor(NAMES, RANGE), ...question };
    return { ...(await servers.source(url, { limits }).read(asked, sink)), names: sink.names };
  };

  it('no file is needed where the server is fast', async () => {
    const many = Array.from({ length: 20 }, (_, i) => `C${i}`);
    const { url } = await servers.serve(Object.fromEntries(many.map((name) => [name, [LARGE]])));
    const spillBuffer = new Uint8Array(3 * 1024 * 1024);
    const question = { ...questionFor(many, RANGE), spoolPath: NO_FILE, spillBuffer };
    const source = servers.source(url, { channelsAtOnce: 6 });
    const { channels } = await source.read(question, new ForgetfulSink());
    expect(channels.map(({ rows }) => rows)).toEqual(many.map(() => ROWS));
  });

  it.each(['before its first byte', 'midway'])(
    'the others wait in a file where the first one hangs %s',
    async (when) => {
      const others = NAMES.slice(1);
      const finished = new EventEmitter();
      let left = others.length;
      const note: Answer = (response) => {
        response.on('finish', () => --left === 0 && finished.emit('all'));
        LARGE(response, response.req);
      };
      // It goes on when the others are over.
      const first: Answer = (response) => {
        if (when === 'midway') response.write(FRAME);
        const rest = [...(when === 'midway' ? [] : [FRAME]), FINAL];
        finished.once('all', () => response.end(Buffer.concat(rest)));
      };
      const { url } = await servers.serve({ ...script(note), [NAMES[0]]: [first] });
      const { channels, names } = await read(url, {});
      expect(channels.map(({ rows }) => rows)).toEqual([PER_FRAME, ...others.map(() => ROWS)]);
      expect(names).toEqual(NAMES);
    },
  );

  it('a file is needed where the first one hangs', async () => {
    const hang: Answer = (response) => void response.write(FRAME);
    const { url } = await servers.serve({ ...script(LARGE), [NAMES[0]]: [hang] });
    await expect(read(url, { spoolPath: NO_FILE })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('nobody times out who is held up', async () => {
    const steady: Answer = (response) => {
      void (async () => {
        for (let i = 0; i < FRAMES; i++) {
          response.write(FRAME);
          await sleep(20);
        }
        response.end(FINAL);
      })();
    };
    const { url } = await servers.serve({ ...script(LARGE), [NAMES[0]]: [steady] });
    const limits = { silenceMs: 120, valueMs: 120 };
    const { channels, complete } = await read(url, {}, limits);
    expect(channels.map(({ rows }) => rows)).toEqual(NAMES.map(() => ROWS));
    expect(complete!.size).toBe(NAMES.length);
  });
});

it('that fail leave nobody waiting, first ones as well', async () => {
  const broken: Answer = (response) => void response.writeHead(400).end();
  const unknown: Answer = (response) => void response.writeHead(404).end();
  const late: Answer = (response) =>
    void setImmediate(() => response.end(Buffer.concat([rows(1), FINAL])));
  const answers = [broken, unknown, late, LARGE, unknown, LARGE, broken, late];
  const { url } = await servers.serve(
    Object.fromEntries(NAMES.map((name, i) => [name, [answers[i]]])),
  );
  const { channels, missing } = await servers.read(url, NAMES, { channelsAtOnce: 2 });
  expect(channels.map(({ rows }) => rows)).toEqual([0, 1, ROWS, ROWS, 0, 1]);
  expect(missing).toEqual(['C1', 'C4']);
});
