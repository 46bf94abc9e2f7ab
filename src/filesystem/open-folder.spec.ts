import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenFolder } from './open-folder.js';
import { OutputRoots } from './output-roots.js';

const onLinux = process.platform === 'linux';

describe('OpenFolder', () => {
  let base: string;
  let root: string;
  let elsewhere: string;

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'open-folder-')));
    [root, elsewhere] = [join(base, 'root'), join(base, 'elsewhere')];
    mkdirSync(join(root, 'run'), { recursive: true });
    mkdirSync(elsewhere);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  it.runIf(onLinux)('stays the folder that it was, whatever takes its name', () => {
    const folder = OpenFolder.open(join(root, 'run'));
    expect(folder.isAt(join(root, 'run'))).toBe(true);
    renameSync(join(root, 'run'), join(root, 'old'));
    symlinkSync(elsewhere, join(root, 'run'));
    writeFileSync(folder.at('x'), 'here');
    expect(folder.isAt(join(root, 'run'))).toBe(false);
    expect(folder.isAt(join(root, 'gone'))).toBe(false);
    folder.close();
    expect(readFileSync(join(root, 'old/x'), 'utf8')).toBe('here');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it.runIf(onLinux)('follows no symbolic link, wherever it stands in the path', () => {
    symlinkSync(elsewhere, join(root, 'link'));
    for (const path of ['link', 'link/below']) {
      expect(() => OpenFolder.open(join(root, path), { make: true })).toThrow(/ENOTDIR/);
    }
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('makes what is missing, and names the folder that it can’t make', () => {
    const folder = OpenFolder.open(join(root, 'a/b'), { make: true });
    expect(folder.shown('x.h5')).toBe(join(root, 'a/b/x.h5'));
    folder.sync();
    folder.close();
    writeFileSync(join(root, 'file'), '');
    expect(() => OpenFolder.open(join(root, 'none'))).toThrow(
      expect.objectContaining({ code: 'ENOENT', path: join(root, 'none') }) as Error,
    );
    expect(() => OpenFolder.open(join(root, 'file/a'), { make: true })).toThrow(
      expect.objectContaining({ code: 'ENOTDIR' }) as Error,
    );
  });

  it('removes a file that is there, and says whether it was', () => {
    const folder = OpenFolder.open(root);
    writeFileSync(join(root, 'x'), '');
    expect([folder.remove('x'), folder.remove('x')]).toEqual([true, false]);
    folder.close();
  });

  it('is opened for an output file behind a link that stays inside, and for no other', () => {
    const roots = new OutputRoots([root]);
    symlinkSync('run', join(root, 'current'));
    symlinkSync(elsewhere, join(root, 'out'));
    const { path, name, folder } = roots.open('current/new/x.h5');
    expect([path, name]).toEqual([join(root, 'current/new/x.h5'), 'x.h5']);
    expect(folder.path).toBe(join(root, 'run/new'));
    folder.close();
    expect(() => roots.open('out/x.h5')).toThrow(/outside the output roots/);
  });

  it('is not opened outside the roots for a link there that leads to a file inside', () => {
    symlinkSync(join(root, 'run/x.h5'), join(elsewhere, 'x.h5'));
    expect(() => new OutputRoots([root]).open(join(elsewhere, 'x.h5'))).toThrow(/outside/);
  });

  it('has a common name for all names that may be the same file', () => {
    const roots = new OutputRoots([join(base, 'a'), join(base, 'a/b'), root]);
    const names = ['c/x.h5', `${base}/a/c/x.h5`, `${base}/a/b/c/x.h5`, `${root}/./c/x.h5`];
    expect(new Set(names.map((name) => roots.commonName(name))).size).toBe(1);
    expect(roots.commonName('b/c/x.h5')).toBe(roots.commonName('c/x.h5'));
    expect(roots.commonName('/other/x.h5')).toBe('/other/x.h5');
  });
});
