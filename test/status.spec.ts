import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { appeared } from './support/hdf5.js';
import { ESCAPE, hasTerminals, Terminal } from './support/terminal.js';

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await Promise.all([beamline.broker(), beamline.writer(), beamline.writer()]);
  for (const file of ['a.h5', 'b.h5'].map((name) => beamline.file(name))) {
    await acquire(beamline.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), 1, 100);
    await appeared(file);
  }
});

afterAll(() => beamline.clear());

const status = (...args: string[]) => beamline.run('status', ...args, '--broker_url', beamline.url);
const statusIn = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  beamline.runIn(env, 'status', ...args, '--broker_url', beamline.url);

describe('status of a request', () => {
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

describe.skipIf(!hasTerminals)('status on a terminal', () => {
  it('has a line for a request that is waited for, and only its end stays', async () => {
    const terminal = new Terminal('status', 'b.h5', '--broker_url', beamline.url);
    expect(await terminal.exitCode()).toBe(0);
    const shown = terminal.text.split(`\r${ESCAPE}[K`).at(-1)!;
    expect(stripVTControlCharacters(shown)).toMatch(/^written {2}\S+b\.h5 [^\n]*\n$/);
  });
});
