import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../bundle.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { TemporaryFiles, temporaryName } from './temporary-files.js';

const CHILD = `
  import { writeFileSync } from 'node:fs';
  const [, , bundle, state, target] = process.argv;
  const { TemporaryFiles } = await import(bundle);
  const path = new TemporaryFiles(state).open('c0ffee', target);
  writeFileSync(path, 'half of it');
  process.send(path);
  setInterval(() => {}, 1000);
`;

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
    const child = fork(script, [module.url.href, state, target]);
    const [path] = (await once(child, 'message')) as [string];
    return { child, path };
  }

  it('removes what a killed process left, and leaves a living neighbour’s alone', async () => {
    const [state, output] = [folder(), folder()];
    const dead = await startChild(state, join(output, 'dead.h5'));
    const alive = await startChild(state, join(output, 'alive.h5'));
    dead.child.kill('SIGKILL');
    await once(dead.child, 'exit');

    const files = new TemporaryFiles(state);
    files.open('own', join(output, 'own.h5'));
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

  it('tells a process from a later one with the same id', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    const path = join(output, '.x.h5.1.tmp');
    writeFileSync(path, '');
    const entry = join(state, 'journal', `${process.pid}_0f0f0f0f.12_abc`);
    writeFileSync(entry, JSON.stringify({ temporary_file: path }));
    expect(files.removeAbandoned()).toEqual(existsSync('/proc/self/stat') ? [{ path }] : []);
  });

  it('removes nothing that is no temporary file, and survives a torn entry', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    const data = join(output, 'data.h5');
    writeFileSync(data, 'years of work');
    const entries = [JSON.stringify({ temporary_file: data }), '{"temporary_fi', 'null'];
    entries.forEach((text, i) => writeFileSync(join(state, 'journal', `1999999999_x_${i}`), text));
    expect(files.removeAbandoned()).toEqual([]);
    expect(existsSync(data)).toBe(true);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
  });

  it('makes its folder anew where somebody has cleared the state folder', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    rmSync(join(state, 'journal'), { recursive: true });
    files.open('id', join(output, 'x.h5'));
    expect(readdirSync(join(state, 'journal'))).toHaveLength(1);
  });

  it('keeps the entry of a file that can’t be removed, and says so', () => {
    const [state, output] = [folder(), folder()];
    const files = new TemporaryFiles(state);
    mkdirSync(files.open('stuck', join(output, 'x.h5')));
    expect(files.discard('stuck')).toEqual({
      path: join(output, '.x.h5.stuck.tmp'),
      error: expect.any(Error),
    });
    expect(readdirSync(join(state, 'journal'))).toHaveLength(1);
  });
});

describe('temporaryName', () => {
  it('is hidden, beside the file, and fits into 255 bytes', () => {
    expect(temporaryName('/sf/run/x.h5', 'id', 'tmp')).toBe('/sf/run/.x.h5.id.tmp');
    const long = basename(temporaryName(`/sf/${'µ'.repeat(127)}`, 'id', 'tmp'));
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^\.µ+\.id\.tmp$/);
  });
});
