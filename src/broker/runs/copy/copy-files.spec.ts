import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunsBroker } from '../runs-broker.fixture.js';

const isRoot = process.getuid?.() === 0;

let broker: RunsBroker;
let raw: string;
let home: string;

beforeEach(async () => {
  broker = new RunsBroker();
  raw = broker.raw;
  home = join(broker.folder, 'home');
  mkdirSync(join(raw, 'run_info'), { recursive: true });
  mkdirSync(join(raw, 'run0007-laser/data'), { recursive: true });
  mkdirSync(join(raw, 'run0070'), { recursive: true });
  mkdirSync(home);
  await broker.start();
});
afterEach(() => broker.remove());

function source(name: string, text = name): string {
  const path = join(home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o640);
  return path;
}
const copy = (files: unknown, change: object = {}) =>
  broker.post('/copy_user_files', { pgroup: 'p12345', run_number: 7, files, ...change });

describe('files of users', () => {
  it('are copied into the run’s folder, with their times, and take the place of earlier ones', async () => {
    const [a, b] = [source('a.json', 'new'), source('b.json')];
    utimesSync(a, 1_700_000_000, 1_700_000_001);
    const aux = join(raw, 'run0007-laser/aux');
    mkdirSync(aux);
    writeFileSync(join(aux, 'a.json'), 'old');
    const { status, json } = await copy([b, a, b]);
    expect([status, json]).toEqual([
      200,
      {
        status: 'ok',
        message: `2 files were copied to ${aux}`,
        destination_files: { [a]: join(aux, 'a.json'), [b]: join(aux, 'b.json') },
        error_files: {},
      },
    ]);
    expect(readdirSync(aux).sort()).toEqual(['a.json', 'b.json']);
    expect(readFileSync(join(aux, 'a.json'), 'utf8')).toBe('new');
    expect(statSync(join(aux, 'a.json')).mtimeMs).toBe(1_700_000_001_000);
    expect(statSync(join(aux, 'a.json')).mode & 0o777).toBe(0o664);
  });

  it('go, where there are pieces of them, over in one', async () => {
    const big = source('big.h5', '');
    truncateSync(big, 3 * 1024 * 1024 + 5);
    const { json } = await copy([big], { run_number: 70 });
    expect(json.status).toBe('ok');
    expect(readFileSync(join(raw, 'run0070/aux/big.h5')).equals(readFileSync(big))).toBe(true);
  });

  it('are named one by one where they can’t be copied, and the others are copied', async () => {
    const good = source('good.json');
    const shut = source('shut.json');
    chmodSync(shut, 0o600);
    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const same = source('other/good.json');
    mkdirSync(join(home, 'folder'));
    symlinkSync('/dev/zero', join(home, 'zero'));
    mkdirSync(join(raw, 'run0007-laser/aux/taken.json'), { recursive: true });
    const taken = source('taken.json');
    const bad = {
      [shut]: /group may not read it/,
      [pipe]: /no regular file/,
      [same]: /its name is that of .*home\/good\.json too/,
      [join(home, 'missing.json')]: /does not exist/,
      [join(home, 'folder')]: /it is a folder/,
      [`${home}/good.json/`]: /it names a folder/,
      [`${home}/..`]: /it names a folder/,
      [join(home, 'zero')]: /no regular file/,
      '/proc/self/environ': /no regular file/,
      'notes.json': /absolute/,
      [`${home}/a\nb`]: /control character/,
      [taken]: /run0007-laser\/aux\/taken\.json/,
      ['__proto__']: /absolute/,
    };
    const { status, json } = await copy([good, ...Object.keys(bad)]);
    expect([status, json.status, json.exception]).toEqual([200, 'error', 'RuntimeError']);
    const { destination_files, error_files, message } = json as Record<string, object>;
    expect(Object.keys(destination_files)).toEqual([good]);
    const errors = new Map(Object.entries(error_files as Record<string, string>));
    for (const [file, problem] of Object.entries(bad)) expect(errors.get(file)).toMatch(problem);
    expect(errors.size).toBe(13);
    expect(message).toMatch(/^1 file was copied to .*, 13 could not be/);
    expect(readdirSync(join(raw, 'run0007-laser/aux')).sort()).toEqual(['good.json', 'taken.json']);
  });

  it('leave nothing half-done where the broker ends', async () => {
    const huge = source('huge.h5', '');
    truncateSync(huge, 2 ** 40);
    await broker.stop();
    await broker.start({ shutdown_grace: 0 });
    const gone = copy([huge]).catch((error: unknown) => error);
    const aux = join(raw, 'run0007-laser/aux');
    await expect.poll(() => existsSync(aux) && readdirSync(aux)).toHaveLength(1);
    await broker.stop();
    expect(await gone).toBeInstanceOf(Error);
    expect(readdirSync(aux)).toEqual([]);
  });

  it.runIf(isRoot)('need the group of the run’s folder (as root)', async () => {
    chownSync(raw, -1, 54_321);
    const [mine, other] = [source('mine'), source('other')];
    chownSync(mine, -1, 54_321);
    const { json } = await copy([mine, other]);
    expect(Object.keys(json.destination_files as object)).toEqual([mine]);
    expect(json.error_files).toEqual({
      [other]: expect.stringMatching(/its group is 0, not 54321 as of the folder for it/) as string,
    });
    expect(statSync(join(raw, 'run0007-laser/aux')).gid).toBe(54_321);
    expect(statSync(join(raw, 'run0007-laser/aux/mine')).gid).toBe(54_321);
  });

  it('are not copied to where a link of the run leads', async () => {
    symlinkSync(home, join(raw, 'run0007-laser/aux'));
    const { json } = await copy([source('a.json')]);
    expect(json.status).toBe('error');
    expect(json.message).toMatch(/run0007-laser\/aux: a part of its path is a symbolic link/);
    expect(readdirSync(home)).toEqual(['a.json']);
  });

  it('go in the flat layout to a folder of the run’s own', async () => {
    mkdirSync(join(raw, 'run_info/000000'));
    const metadata = {
      pgroup: 'p12345',
      beamline: 'simulator',
      start_pulseid: 1,
      stop_pulseid: 2,
      directory_name: 'scan/a',
      channels_list: ['A'],
      run_number: 3,
      request_time: '2026-11-30 10:00:00.000000',
    };
    const write = (change: object) =>
      writeFileSync(
        join(raw, 'run_info/000000/run_000003.json'),
        JSON.stringify({ ...metadata, ...change }),
      );
    write({});
    const file = source('a.json');
    const { json } = await copy([file], { run_number: 3 });
    expect(json.destination_files).toEqual({
      [file]: join(raw, 'scan/a/aux/run_000003/a.json'),
    });
    expect(existsSync(join(raw, 'scan/a/aux/run_000003/a.json'))).toBe(true);
    write({ directory_name: '../../elsewhere' });
    expect((await copy([file], { run_number: 3 })).json.message).toMatch(/directory_name/);
    expect(existsSync(join(raw, '../../elsewhere'))).toBe(false);
  });
});

describe('a call that can’t be carried out', () => {
  it.each([
    [
      'nothing',
      { pgroup: undefined, run_number: undefined, files: undefined },
      /pgroup .*run_number .*files/,
    ],
    ['a pgroup that leads elsewhere', { pgroup: '../x' }, /pgroup is "\.\.\/x"/],
    ['no number', { run_number: 'seven' }, /run_number must be the number of a run/],
    ['a number of no run', { run_number: 700 }, /run_number 700 is not a run in/],
    ['the beginning of a number', { run_number: 1 }, /run_number 1 is not a run in/],
    ['a text for files', { files: '/a' }, /files must be a list/],
    ['numbers for files', { files: ['/a', 1] }, /files\[1\] must be the name of a file/],
    ['a pgroup that isn’t there', { pgroup: 'p1' }, /p1\/raw can't be opened/],
  ])('%s', async (_what, change, problem) => {
    const { status, json } = await copy([], change);
    expect([status, json.status]).toEqual([200, 'error']);
    expect(json.message).toMatch(problem);
  });

  it('a run with two folders', async () => {
    mkdirSync(join(raw, 'run0007'));
    expect((await copy([])).json.message).toMatch(/several folders \(.*run0007.*\)/);
  });

  it('a pgroup that is closed', async () => {
    writeFileSync(join(raw, 'run_info/CLOSED'), '');
    expect((await copy([source('a')])).json.message).toMatch(/closed for writing/);
    expect(existsSync(join(raw, 'run0007-laser/aux'))).toBe(false);
  });
});
