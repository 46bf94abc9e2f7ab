import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { poll } from './support/poll.js';
import { MAIN, type Service } from './support/service.js';

const CHANNEL = 'SIMULATOR-PULSE-ID';
const ESCAPE = '\u001B';

// Of util-linux: runs a program on a terminal of its own.
const hasTerminals = spawnSync('script', ['--version']).status === 0;

// Its data buffer starts when a test says so.
let beamline: Beamline;
let broker: Service;

const startBroker = () => beamline.broker('--lease', '2');
const startWriter = () => beamline.writer('--heartbeat', '0.2', '--retries', '0');

beforeAll(async () => {
  beamline = await Beamline.withoutData();
  [broker] = await Promise.all([startBroker(), startWriter(), startWriter()]);
});

afterAll(() => beamline.clear());

const status = (...args: string[]) => beamline.run('status', ...args, '--broker_url', beamline.url);
const statusIn = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  beamline.runIn(env, 'status', ...args, '--broker_url', beamline.url);
const acquireTo = (name: string) =>
  acquire(beamline.url, parametersFor(beamline.file(name), [CHANNEL]), 1, 100);

/** The id of the newest request for a file. */
async function newest(name: string): Promise<string> {
  const { json } = await call('GET', `${beamline.url}/requests?limit=1&output_file=${name}`);
  return (json.requests as { request_id: string }[])[0].request_id;
}

async function healing(name: string): Promise<void> {
  await poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests?output_file=${name}&healing=true`);
    return (json.requests as unknown[]).length === 1 ? true : undefined;
  });
}

describe('status of a request', () => {
  it('ends with 1 where there will be no file', async () => {
    await acquireTo('c.h5');
    await healing('c.h5');
    const waiting = status('c.h5');
    await waiting.until(() => waiting.messages.includes('is waited for') || undefined);
    await call('DELETE', `${beamline.url}/requests/${await newest('c.h5')}`);
    expect(await waiting.exitCode()).toBe(1);
    expect(waiting.output).toMatch(/^cancelled {2}\S+c\.h5 [^\n]*\n {2}it is never sent\n$/);
  });

  // One that is just being tried when the data comes back has to wait for its next turn, two minutes later.
  it('waits for one that heals, through an end of the broker, until its file is there', async () => {
    for (const name of ['a.h5', '1.h5', '2.h5', '3.h5']) await acquireTo(name);
    await healing('a.h5');
    await broker.event(({ msg }) => msg.includes('is down'));
    const waiting = status('a.h5');
    await waiting.until(
      () =>
        /^a\.h5 failed, and is waited for: tried again at /m.test(waiting.messages) || undefined,
    );
    await broker.end('SIGKILL');
    await waiting.until(() => waiting.messages.includes('does not answer (') || undefined);
    broker = await startBroker();
    await beamline.simulator();
    // What is written tells the broker that the data is back.
    await acquireTo('b.h5');
    await waiting.succeeds();
    const file = beamline.file('a.h5');
    expect(waiting.output).toMatch(RegExp(`^written  ${file}  1 channel, 100 rows, .*MB, .*s\n$`));
  }, 200_000);

  it('says what became of one that has ended, by its file, its path or its id', async () => {
    await status('b.h5').succeeds();
    const byPath = status(beamline.file('b.h5'), '--json');
    await byPath.succeeds();
    const { request_id: id, state } = JSON.parse(byPath.output) as Record<string, string>;
    expect(state).toBe('written');
    const byId = status(id);
    await byId.succeeds();
    expect(byId.output).toMatch(/^written {2}\S+b\.h5 /);
    expect(byId.messages).toBe('');
  });

  it('ends with 2 where there is no request', async () => {
    const unknown = status('no-such.h5');
    expect(await unknown.exitCode()).toBe(2);
    expect(unknown.messages).toContain(
      'no-such.h5: no request has this id, and none this output file',
    );
  });
});

describe('status of a broker', () => {
  it('is a picture that has what is going on', async () => {
    const shown = status();
    await shown.succeeds();
    const lines = shown.output.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toEqual(expect.arrayContaining(['STOPPED', 'Writers (2)']));
    expect(shown.output).toMatch(/^written +a\.h5 +1 +100 /m);
    expect(shown.output).not.toContain(ESCAPE);
  });

  it('is in colour where that is asked for, and only there', async () => {
    const all = [
      statusIn({ FORCE_COLOR: '1' }),
      statusIn({ FORCE_COLOR: '0' }),
      statusIn({ NO_COLOR: '1' }),
    ];
    for (const each of all) await each.succeeds();
    expect(all.map(({ output }) => output.includes(ESCAPE))).toEqual([true, false, false]);
  });

  it('is JSON for programs', async () => {
    const shown = status('--json');
    await shown.succeeds();
    const { json } = await call('GET', `${beamline.url}/overview`);
    const overview = JSON.parse(shown.output) as object;
    expect(Object.keys(overview)).toEqual(Object.keys(json.overview as object));
    expect(shown.output.trimEnd()).not.toContain('\n');
  });

  it('says at once that there is no broker, and how another is named', async () => {
    const away = beamline.run('status', '--broker_url', 'http://127.0.0.1:9');
    expect(await away.exitCode()).toBe(1);
    expect(away.messages).toMatch(
      /http:\/\/127\.0\.0\.1:9 does not answer \(ECONNREFUSED\).*--broker_url/,
    );
    const wrong = status('a.h5', '--watch', '--broker');
    expect(await wrong.exitCode()).toBe(2);
    expect(wrong.messages).toMatch(/--watch and a request/);
  });
});

/** A terminal of 80 × 24 on which a command runs. */
class Terminal {
  /** All that was sent to it. */
  text = '';
  private readonly child: ChildProcessWithoutNullStreams;

  constructor(...args: string[]) {
    const command = ['exec', process.execPath, MAIN, ...args].join(' ');
    // Each of them says whether there are colours, CI among them.
    const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...env } = process.env;
    this.child = spawn('script', ['-qec', `stty rows 24 cols 80; ${command}`, '/dev/null'], {
      env: { ...env, TERM: 'xterm' },
    });
    this.child.stdout.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    onTestFinished(() => void this.child.kill());
  }

  /** The picture that is on it now, or begins to be. */
  get lines(): string[] {
    const last = this.text.split(`${ESCAPE}[H`).at(-1)!;
    return stripVTControlCharacters(last).split(/[\r\n]+/);
  }

  shows(what: string): Promise<boolean> {
    return poll(() => this.lines.join('\n').includes(what) || undefined);
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}

describe.skipIf(!hasTerminals)('status --watch on a terminal', () => {
  it('draws in place, shows that the broker has gone and is back, and leaves at Ctrl-C', async () => {
    const terminal = new Terminal('status', '--watch', '--broker_url', beamline.url);
    await terminal.shows('Last requests');
    expect(terminal.text.startsWith(`${ESCAPE}[?1049h`)).toBe(true);
    await poll(() => terminal.text.includes(`${ESCAPE}[32mwritten`) || undefined);
    await broker.end('SIGKILL');
    await terminal.shows(`${beamline.url} has not answered for`);
    await terminal.shows('a.h5');
    expect(terminal.lines.length).toBeLessThanOrEqual(24);
    broker = await startBroker();
    await poll(() => (terminal.lines[0].startsWith('SF DataBuffer') ? true : undefined));
    terminal.type('\u0003');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.text.endsWith(`${ESCAPE}[?25h${ESCAPE}[?1049l`)).toBe(true);
  });

  it('has a line for a request that is waited for, and only its end stays', async () => {
    const terminal = new Terminal('status', 'b.h5', '--broker_url', beamline.url);
    expect(await terminal.exitCode()).toBe(0);
    const shown = terminal.text.split(`\r${ESCAPE}[K`).at(-1)!;
    expect(stripVTControlCharacters(shown)).toMatch(/^written {2}\S+b\.h5 [^\n]*\n$/);
  });
});
