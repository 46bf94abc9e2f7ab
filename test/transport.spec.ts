import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Push } from 'zeromq';
import { PYTHON, hasPython } from '../src/hdf5/python.fixture.js';
import { encodeMessage } from '../src/transport/bsread/bsread-encoder.js';
import { freePort } from '../src/transport/free-port.fixture.js';
import { poll } from './support/poll.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/transport.md'), 'utf8');
/** What an application has beside the package; here of the same versions. */
const BESIDE = ['@nestjs', '@types', 'reflect-metadata', 'rxjs'];
const HAS_PYZMQ = hasPython('zmq');

/** The blocks of code of the page in a language. */
const blocks = (language: string) =>
  [...PAGE.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code]) => code);

interface Told {
  readonly event: string;
  readonly [fact: string]: unknown;
}

let folder: string;
const children: ChildProcess[] = [];
const sockets: Push[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  for (const name of ['sf-databuffer-writer', ...BESIDE]) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(name === 'sf-databuffer-writer' ? ROOT : join(ROOT, 'node_modules', name), link);
  }
  cpSync(join(ROOT, 'test/foreign'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const [example] = blocks('ts');
  writeFileSync(join(folder, 'example.ts'), example);
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  const running = children
    .splice(0)
    .filter(({ exitCode, signalCode }) => (exitCode ?? signalCode) === null);
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(running.map((child) => once(child, 'close')));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a file of the application's folder. */
function run(file: string) {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += String(text)));
  child.stderr.on('data', (text) => (said.err += String(text)));
  return { child, said };
}

describe('the transport in an application of others', () => {
  it('does what the page says, with Python as well (skipped without pyzmq)', async () => {
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const elsewhere = (code: string) => code.replaceAll('tcp://127.0.0.1:5600', address);
    const built = join(folder, 'example.js');
    writeFileSync(built, elsewhere(readFileSync(built, 'utf8')));
    const { said } = run('example.js');
    const [printed, printedOfPython] = blocks('');
    await expect.poll(() => said.out + said.err, { timeout: 20_000 }).toBe(printed);
    if (!HAS_PYZMQ) return;
    execFileSync(PYTHON, ['-c', elsewhere(blocks('python')[0])], { timeout: 20_000 });
    await expect.poll(() => said.out, { timeout: 10_000 }).toBe(printed + printedOfPython);
  });

  it('deals out work to two servers, takes their reports and streams, and says what it does not take', async () => {
    const { child, said } = run('application.js');
    const told = (event: string) =>
      said.out
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Told)
        .filter((each) => each.event === event);
    const { reports } = await poll(() => told('ready').at(0) as unknown as { reports: string });
    const reported = await poll(() =>
      told('reported').length === 4 ? told('reported') : undefined,
    );
    const work = reported.map(({ report, recent }) => ({
      ...(report as { name: string; gains: number[] }),
      recent,
    }));
    expect(work.sort((a, b) => a.gains[0] - b.gains[0])).toEqual(
      [0, 1, 2, 3].map((n) => ({
        name: work[n % 2].name,
        channel: `C${n}`,
        gains: [n, 0.5],
        recent: true,
      })),
    );
    expect(new Set(work.map(({ name }) => name)).size).toBe(2);
    expect(told('refused')).toEqual([
      {
        event: 'refused',
        isNoReplies: true,
        text: expect.stringContaining('use emit()') as string,
      },
    ]);

    const camera = new Push({ linger: 0 });
    sockets.push(camera);
    camera.connect(reports);
    await camera.send('noise');
    const image = { name: 'image', type: 'uint16', shape: [3, 1], encoding: 'big' } as const;
    const value = Uint16Array.of(1, 2, 65535);
    await camera.send(encodeMessage(1234, { sec: 1, ns: 0 }, [{ ...image, value }]));
    const [streamed] = await poll(() =>
      told('streamed').length > 0 ? told('streamed') : undefined,
    );
    expect(streamed).toEqual({
      event: 'streamed',
      pulse: 1234,
      type: 'uint16',
      shape: [3, 1],
      isTyped: true,
      value: [1, 2, 65535],
    });

    child.stdin.write('end\n');
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, ended: told('ended') }).toEqual({
      code: 0,
      ended: [{ event: 'ended', code: 'transport_closed' }],
    });
    expect(told('status').map(({ status }) => status)).toEqual(['connected', 'disconnected']);
    expect(told('rejected')[0]).toMatchObject({ frame_count: 1, unknown_message: 0 });
    expect(said.err + said.out).toMatch(
      /WARN.*\[ZmqTransport\].* a message was rejected bytes=5 error="Not understood: message has 1 frames/,
    );
  });
});
