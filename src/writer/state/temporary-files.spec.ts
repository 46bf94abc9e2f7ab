import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { type Bundle, bundle } from '../bundle.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import type { FileOwner } from './file-owner.js';
import { thisOwner } from './file-owner.js';
import { TemporaryFiles, temporaryName } from './temporary-files.js';

const CHILD = `
  import { writeFileSync } from 'node:fs';
  const [, , bundle, state, folder, name] = process.argv;
  const { TemporaryFiles } = await import(bundle);
  const shown = (name) => folder + '/' + name;
  const file = new TemporaryFiles(state).open('c0ffee', { shown }, name);
  writeFileSync(shown(file.name), 'half of it');
  process.send(shown(file.name));
  setInterval(() => {}, 1000);
`;

const onLinux = process.platform === 'linux';
const DAY_AGO = Date.now() / 1000 - 24 * 60 * 60;

describe('TemporaryFiles', () => {
  const folder = temporaryFolders();
  let module: Bundle;
  beforeAll(async () => {
    module = await bundle('./state/temporary-files.ts');
  });
  afterAll(() => module.remove());

  async function startChild(state: string, target: string) {
    const script = join(folder(), 'child.mjs');
    writeFileSync(script, CHILD);
    const child = fork(script, [module.url.href, state, dirname(target), basename(target)]);
    const [path] = (await once(child, 'message')) as [string];
    return { child, path };
  }

  /** An entry that somebody else made, and its file. */
  function foreign(name: (id: string) => string, owner: Partial<FileOwner> | undefined) {
    const [state, output] = [folder(), folder()];
    const path = join(output, '.x.h5.abc.tmp');
    writeFileSync(path, 'half of it');
    mkdirSync(join(state, 'journal'));
    const entry = join(state, 'journal', name('abc'));
    const said = { temporary_file: path, ...(owner && { owner: { ...thisOwner(), ...owner } }) };
    writeFileSync(entry, JSON.stringify(said));
    return { path, entry, files: new TemporaryFiles(state) };
  }

  const OWN_KIND = (id: string) => `writer_0123456789abcdef_${id}`;
  const OF_BEFORE = (id: string) => `1999999999_boot.1_${id}`;

  it('removes what a killed process left, and leaves a living neighbour’s alone', async () => {
    const [state, output] = [folder(), folder()];
    const dead = await startChild(state, join(output, 'dead.h5'));
    const alive = await startChild(state, join(output, 'alive.h5'));
    dead.child.kill('SIGKILL');
    await once(dead.child, 'exit');

    const files = new TemporaryFiles(state);
    const place = OpenFolder.open(output);
    files.open('own', place, 'own.h5');
    place.close();
    expect(files.removeAbandoned()).toEqual([{ path: dead.path }]);
    expect(existsSync(dead.path)).toBe(false);
    expect(existsSync(alive.path)).toBe(true);
    expect(readdirSync(join(state, 'journal'))).toHaveLength(2);
    expect(files.removeAbandoned()).toEqual([]);

    alive.child.kill('SIGKILL');
    await once(alive.child, 'exit');
    expect(files.removeAbandoned()).toEqual([{ path: alive.path }]);
    expect(readdirSync(output)).toEqual([]);
  });

  it.runIf(onLinux).each<[string, Partial<FileOwner>]>([
    ['of an earlier boot of this host', { boot: 'another' }],
    ['whose process id has gone to another', { start_time: '0f0f0f0f.12' }],
    ['whose process ended', { pid: 1_999_999_999 }],
  ])('removes a file %s', (_what, owner) => {
    const { path, entry, files } = foreign(OWN_KIND, owner);
    expect(files.removeAbandoned()).toEqual([{ path }]);
    expect([path, entry].map((each) => existsSync(each))).toEqual([false, false]);
  });

  it.each<[string, (id: string) => string, Partial<FileOwner> | undefined]>([
    ['of another host', OWN_KIND, { host: 'elsewhere', boot: 'another', pid: 1_999_999_999 }],
    ['of another host of the same name', OWN_KIND, { machine: 'other', boot: 'another' }],
    ['of another container', OWN_KIND, { pid_namespace: 'pid:[1]', pid: 1_999_999_999 }],
    ['of a release that named entries after processes', OF_BEFORE, undefined],
    ['of nobody knows whom', OWN_KIND, undefined],
  ])('leaves a file %s alone, until nobody has touched it for a day', (_what, name, owner) => {
    const { path, entry, files } = foreign(name, owner);
    expect(files.removeAbandoned()).toEqual([]);
    expect([path, entry].map((each) => existsSync(each))).toEqual([true, true]);
    utimesSync(entry, DAY_AGO - 60, DAY_AGO - 60);
    expect(files.removeAbandoned()).toEqual([{ path }]);
    expect([path, entry].map((each) => existsSync(each))).toEqual([false, false]);
  });

  it('touches its own entries, and makes none that is gone', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    const place = OpenFolder.open(output);
    const open = files.open('open', place, 'x.h5');
    const [name] = readdirSync(join(state, 'journal'));
    const entry = join(state, 'journal', name);
    utimesSync(entry, DAY_AGO, DAY_AGO);
    files.touch();
    expect(statSync(entry).mtimeMs / 1000).toBeGreaterThan(DAY_AGO + 3600);
    expect(name).not.toMatch(/^\d+_[^_]*_/);
    expect(JSON.parse(readFileSync(entry, 'utf8'))).toMatchObject({ owner: thisOwner() });
    files.close('open', place, open);
    files.touch();
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
    place.close();
  });

  it('removes nothing but temporary names of its own, and survives a torn entry', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    const data = [join(output, 'data.h5'), join(output, '.data.h5.another.tmp')];
    for (const path of data) writeFileSync(path, 'years of work');
    mkdirSync(join(state, 'journal'));
    const entries = [
      ...data.map((path) => JSON.stringify({ temporary_file: path })),
      ...['{"temporary_fi', 'null'],
    ];
    entries.forEach((text, i) => {
      const entry = join(state, 'journal', OF_BEFORE(String(i)));
      writeFileSync(entry, text);
      utimesSync(entry, DAY_AGO - 60, DAY_AGO - 60);
    });
    expect(files.removeAbandoned()).toEqual([]);
    expect(data.map((path) => existsSync(path))).toEqual([true, true]);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
  });

  it('makes its folder anew where somebody has cleared the state folder', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    rmSync(state, { recursive: true });
    const place = OpenFolder.open(output);
    expect(files.open('id', place, 'x.h5').problem).toBeUndefined();
    place.close();
    expect(readdirSync(join(state, 'journal'))).toHaveLength(1);
  });

  it('gives a name, and the reason, where the journal can’t be kept', () => {
    const [state, output] = [folder(), folder()];
    writeFileSync(join(state, 'journal'), 'no folder');
    const place = OpenFolder.open(output);
    expect(new TemporaryFiles(state).open('id', place, 'x.h5')).toMatchObject({
      name: '.x.h5.id.tmp',
      problem: { code: 'not_writable' },
    });
    place.close();
  });

  it('keeps the entry of a file that can’t be removed, and says so', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    const place = OpenFolder.open(output);
    mkdirSync(place.at(files.open('stuck', place, 'x.h5').name));
    place.close();
    expect(files.discard('stuck')).toEqual({
      path: join(output, '.x.h5.stuck.tmp'),
      error: expect.any(Error),
    });
    expect(readdirSync(join(state, 'journal'))).toHaveLength(1);
  });
});

describe('temporaryName', () => {
  it('is hidden, and fits into 255 bytes', () => {
    expect(temporaryName('x.h5', 'id', 'tmp')).toBe('.x.h5.id.tmp');
    const long = temporaryName('µ'.repeat(127), 'id', 'tmp');
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^\.µ+\.id\.tmp$/);
  });
});
