import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFile } from '../../audit/kernel-lock.js';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { type Bundle, bundle } from '../bundle.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { Deaths } from './deaths.js';
import type { FileOwner } from './file-owner.js';
import { ownerKey, thisOwner } from './file-owner.js';
import { TemporaryFiles, temporaryName } from './temporary-files.js';

const CHILD = `
  import { writeFileSync } from 'node:fs';
  const [, , bundle, state, folder, name] = process.argv;
  const { TemporaryFiles } = await import(bundle);
  const shown = (name) => folder + '/' + name;
  const [id, ...more] = process.argv.slice(6);
  const written = more.length > 0 ? { request_id: more[0], attempt: 3 } : undefined;
  const files = new TemporaryFiles(state);
  const file = files.open(id, { shown }, name, written);
  if (more[1] === 'waits') files.mark(id, undefined);
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

  async function startChild(state: string, target: string, ...written: string[]) {
    const script = join(folder(), 'child.mjs');
    writeFileSync(script, CHILD);
    const place = [module.url.href, state, dirname(target), basename(target)];
    const child = fork(script, [...place, basename(target, '.h5'), ...written]);
    const [path] = (await once(child, 'message')) as [string];
    return { child, path };
  }

  /** An entry that somebody else made, and its file. */
  function foreign(
    name: (id: string) => string,
    owner: Partial<FileOwner> | undefined,
    written?: object,
  ) {
    const [state, output] = [folder(), folder()];
    const path = join(output, '.x.h5.abc.tmp');
    writeFileSync(path, 'half of it');
    mkdirSync(join(state, 'journal'));
    const entry = join(state, 'journal', name('abc'));
    const whole = owner && { ...thisOwner(), ...owner };
    writeFileSync(entry, JSON.stringify({ temporary_file: path, owner: whole, ...written }));
    const lock = whole && join(state, 'journal', `lock_${ownerKey(whole)}`);
    return { path, entry, state, files: new TemporaryFiles(state), whole, lock: lock! };
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

  describe.runIf(onLinux)('in another container', () => {
    const elsewhere = { host: 'pod', machine: '', pid_namespace: 'pid:[1]', pid: 1_999_999_999 };
    const written = { request_id: 'r1', attempt: 2 };

    function withLock(owner: Partial<FileOwner> = elsewhere) {
      const made = foreign(OWN_KIND, owner, written);
      writeFileSync(made.lock, JSON.stringify(made.whole));
      const fd = openSync(made.lock, 'r+');
      expect(lockFile(fd)).toBe('taken');
      return { ...made, fd, deaths: new Deaths(made.state) };
    }

    it('a process runs as long as it has its lock, however old its entries', () => {
      const { path, entry, files, fd, lock, deaths } = withLock();
      utimesSync(entry, DAY_AGO - 60, DAY_AGO - 60);
      expect(files.removeAbandoned(lockFile)).toEqual([]);
      expect([path, entry, lock].map((each) => existsSync(each))).toEqual([true, true, true]);
      closeSync(fd);
      expect(files.removeAbandoned(lockFile)).toEqual([{ path }]);
      expect([path, entry, lock].map((each) => existsSync(each))).toEqual([false, false, false]);
      expect(deaths.list()).toEqual([{ death_id: 'abc', ...written }]);
    });

    it('or of an earlier boot, locks say nothing', () => {
      const { path, files, fd, lock, deaths } = withLock({ ...elsewhere, boot: 'another' });
      closeSync(fd);
      expect(files.removeAbandoned(lockFile)).toEqual([]);
      expect([path, lock].map((each) => existsSync(each))).toEqual([true, true]);
      expect(deaths.list()).toEqual([]);
    });

    it('where there are no locks, entries are left alone for a day', () => {
      const { path, files, fd } = withLock();
      closeSync(fd);
      expect(files.removeAbandoned(() => ({ unavailable: 'ENOLCK' }))).toEqual([]);
      expect(existsSync(path)).toBe(true);
    });
  });

  describe('the request of a process that was killed', () => {
    async function afterKill(...written: string[]) {
      const [state, output] = [folder(), folder()];
      const { child, path } = await startChild(state, join(output, 'dead.h5'), ...written);
      const deaths = new Deaths(state);
      new TemporaryFiles(state).findDeaths(lockFile);
      expect(deaths.list()).toEqual([]);
      child.kill('SIGKILL');
      await once(child, 'exit');
      return { files: new TemporaryFiles(state), deaths, path, state };
    }

    it('is recorded while its file stays, once, until it is forgotten', async () => {
      const { files, deaths, path } = await afterKill('r1');
      const death = { death_id: 'dead', request_id: 'r1', attempt: 3 };
      files.findDeaths(lockFile);
      expect(deaths.list()).toEqual([death]);
      expect(existsSync(path)).toBe(true);
      expect(files.removeAbandoned(lockFile)).toEqual([{ path }]);
      expect(deaths.list()).toEqual([death]);
      deaths.forget(['dead']);
      files.findDeaths(lockFile);
      expect(deaths.list()).toEqual([]);
    });

    it('is recorded later where it can’t be now; its file goes at once', async () => {
      const { files, deaths, path, state } = await afterKill('r1');
      writeFileSync(join(state, 'deaths'), 'no folder');
      expect(files.removeAbandoned(lockFile)).toMatchObject([
        { path },
        { path: expect.stringMatching(/^writer_/), error: { code: 'EEXIST' } },
      ]);
      expect(existsSync(path)).toBe(false);
      rmSync(join(state, 'deaths'));
      files.removeAbandoned(lockFile);
      expect(deaths.list()).toHaveLength(1);
      expect(readdirSync(join(state, 'journal'))).toEqual([]);
    });

    it.each([
      ['only waited', ['r1', 'waits']],
      ['had none', []],
    ])('is not where it %s', async (_what, written) => {
      const { files, deaths, path } = await afterKill(...written);
      expect(files.removeAbandoned(lockFile)).toEqual([{ path }]);
      expect(deaths.list()).toEqual([]);
    });
  });

  it('enters a request without a file, and one that goes on after it waited', () => {
    const state = folder();
    const files = new TemporaryFiles(state);
    const journal = join(state, 'journal');
    const written = { request_id: 'r1', attempt: 1 };
    const entry = () => {
      const [name] = readdirSync(journal);
      return JSON.parse(readFileSync(join(journal, name), 'utf8')) as object;
    };
    expect(files.openNone('null', written)).toBeUndefined();
    expect(entry()).toEqual({ owner: thisOwner(), ...written });
    files.mark('null', undefined);
    expect(entry()).toEqual({ owner: thisOwner() });
    files.mark('null', written);
    expect(entry()).toMatchObject(written);
    expect(files.closeNone('null')).toBeUndefined();
    files.mark('null', written);
    expect(readdirSync(journal)).toEqual([]);
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

  it('names no request in the entry of a file that stays, as nothing is written to it', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    const place = OpenFolder.open(output);
    const open = (id: string) => {
      const file = files.open(id, place, `${id}.h5`, { request_id: id, attempt: 1 });
      mkdirSync(place.at(file.name));
      return file;
    };
    expect(files.close('closed', place, open('closed'))).toHaveProperty('error');
    open('discarded');
    expect(files.discard('discarded')).toHaveProperty('error');
    open('own');
    expect(files.removeOwn()).toHaveLength(3);
    place.close();
    const journal = join(state, 'journal');
    const entries = readdirSync(journal).map((name) => readFileSync(join(journal, name), 'utf8'));
    expect(entries).toHaveLength(3);
    expect(entries.filter((text) => text.includes('request_id'))).toEqual([]);
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
