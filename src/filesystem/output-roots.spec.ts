import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputFileRefused } from '../request/errors.js';
import { OutputRoots } from './output-roots.js';

let base: string;
let root: string;
let roots: OutputRoots;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'roots-')));
  root = join(base, 'data');
  mkdirSync(root);
  mkdirSync(join(base, 'elsewhere'));
  roots = new OutputRoots([join(base, 'missing'), root]);
});

afterEach(() => rmSync(base, { recursive: true }));

describe('OutputRoots', () => {
  it('takes names inside a root, whether their folders exist or not', () => {
    expect(roots.resolve(join(root, 'x.h5'))).toBe(join(root, 'x.h5'));
    expect(roots.resolve(join(root, 'a/b/../c/x.h5'))).toBe(join(root, 'a/c/x.h5'));
    expect(roots.resolve(join(base, 'missing/x.h5'))).toBe(join(base, 'missing/x.h5'));
  });

  it('puts relative names into the first writable root', () => {
    expect(roots.resolve('run/x.h5')).toBe(join(root, 'run/x.h5'));
    mkdirSync(join(base, 'missing'));
    expect(roots.resolve('x.h5')).toBe(join(base, 'missing/x.h5'));
  });

  it('uses a root that has to be made where none is there, but none right below /', () => {
    const made = new OutputRoots(['/no-such-disk-here', join(base, 'made/here')]);
    expect(made.resolve('x.h5')).toBe(join(base, 'made/here/x.h5'));
  });

  it('always takes /dev/null', () => {
    expect(roots.resolve('/dev/null')).toBe('/dev/null');
  });

  it('takes a file that exists, and a root behind a symbolic link', () => {
    writeFileSync(join(root, 'x.h5'), '');
    symlinkSync(root, join(base, 'link'));
    expect(roots.resolve(join(root, 'x.h5'))).toBe(join(root, 'x.h5'));
    const behind = new OutputRoots([join(base, 'link')]);
    expect(behind.resolve('y.h5')).toBe(join(base, 'link/y.h5'));
    expect(behind.resolve(join(root, 'y.h5'))).toBe(join(root, 'y.h5'));
  });

  it.each([
    ['an absolute name elsewhere', () => join(base, 'elsewhere/x.h5'), /outside the output roots/],
    ['dots that lead out', () => join(root, '../elsewhere/x.h5'), /outside the output roots/],
    ['relative dots', () => '../x.h5', /outside the output roots/],
    ['a root with a longer name', () => `${root}2/x.h5`, /outside the output roots/],
    ['the root itself', () => root, /outside the output roots/],
    ['a folder', () => `${root}/folder/`, /names a folder/],
    ['two dots', () => `${root}/a/..`, /names a folder/],
    ['half a character', () => `${root}/a\ud800.h5`, /half a character/],
    ['a NUL', () => `${root}/a\0.h5`, /U\+0000/],
    ['an escape', () => `${root}/\u001b[2J.h5`, /U\+001B/],
    ['a line end in a folder', () => `${root}/a\n/x.h5`, /U\+000A/],
    ['a C1 control', () => `${root}/\u009b.h5`, /U\+009B/],
    ['a change of direction', () => `${root}/5h.\u202ea`, /U\+202E/],
    ['a line separator', () => `${root}/a\u2028.h5`, /U\+2028/],
    ['a long name', () => `${root}/${'x'.repeat(230)}.h5`, /over 223 bytes/],
    ['a long folder', () => `${root}/${'x'.repeat(256)}/x.h5`, /over 255 bytes/],
    ['a file as folder', () => join(base, 'file/x.h5'), /can't be reached \(ENOTDIR\)/],
    ['a device', () => '/dev/full', /outside the output roots/],
  ])('refuses %s', (_what, name, reason) => {
    writeFileSync(join(base, 'file'), '');
    expect(() => roots.resolve(name())).toThrow(OutputFileRefused);
    expect(() => roots.resolve(name())).toThrow(reason);
  });

  it('refuses what symbolic links lead out', () => {
    symlinkSync(join(base, 'elsewhere'), join(root, 'out'));
    writeFileSync(join(base, 'elsewhere/x.h5'), '');
    symlinkSync(join(base, 'elsewhere/x.h5'), join(root, 'file.h5'));
    symlinkSync('loop', join(root, 'loop'));
    expect(() => roots.resolve(join(root, 'out/x.h5'))).toThrow(/outside/);
    expect(() => roots.resolve(join(root, 'out/new/x.h5'))).toThrow(/outside/);
    expect(() => roots.resolve(join(root, 'file.h5'))).toThrow(/outside/);
    expect(() => roots.resolve(join(root, 'loop/x.h5'))).toThrow(/ELOOP/);
  });

  it('refuses links out that lead to nothing yet, and takes those that stay inside', () => {
    symlinkSync(join(base, 'not/there/yet'), join(root, 'out'));
    symlinkSync('../not_there.h5', join(root, 'file.h5'));
    symlinkSync('not/there/yet', join(root, 'inside'));
    expect(() => roots.resolve(join(root, 'out'))).toThrow(/outside/);
    expect(() => roots.resolve(join(root, 'out/new/x.h5'))).toThrow(/outside/);
    expect(() => roots.resolve(join(root, 'file.h5'))).toThrow(/outside/);
    expect(roots.resolve(join(root, 'inside/x.h5'))).toBe(join(root, 'inside/x.h5'));
  });

  it('refuses a folder that exists under the name', () => {
    mkdirSync(join(root, 'x.h5'));
    expect(() => roots.resolve('x.h5')).toThrow(/exists and is not a file/);
  });
});
