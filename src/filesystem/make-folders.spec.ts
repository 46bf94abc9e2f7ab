import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolders } from './make-folders.js';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'folders-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe('makeFolders', () => {
  it('makes what is missing and says what that was', () => {
    const base = folder();
    expect(makeFolders(join(base, 'a/b'))).toEqual([join(base, 'a'), join(base, 'a/b')]);
    expect(makeFolders(join(base, 'a/b/c'))).toEqual([join(base, 'a/b/c')]);
    expect(makeFolders(join(base, 'a/b/c'))).toEqual([]);
    expect(statSync(join(base, 'a/b/c')).isDirectory()).toBe(true);
  });

  it('fails where a file is in the way', () => {
    const base = folder();
    writeFileSync(join(base, 'file'), '');
    expect(() => makeFolders(join(base, 'file'))).toThrow('EEXIST');
    expect(() => makeFolders(join(base, 'file/a'))).toThrow('ENOTDIR');
  });

  it.skipIf(process.platform !== 'linux')('fails, instead of trying for ever, in /proc', () => {
    expect(() => makeFolders('/proc/no/such/folder')).toThrow('ENOENT');
  });
});
