import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { StateDirectoryUnusable, makeStateDirectory } from './state-directory.js';

const isRoot = process.getuid?.() === 0;
const USER = 54_321;

describe('makeStateDirectory', () => {
  const folder = temporaryFolders();

  it('makes what is missing', () => {
    const path = join(folder(), 'var/lib/writer');
    makeStateDirectory(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it.runIf(isRoot)(
    'makes it for the user that the writer will run as, and touches no other',
    () => {
      const parent = folder();
      makeStateDirectory(join(parent, 'new'), USER);
      expect(statSync(join(parent, 'new')).uid).toBe(USER);
      mkdirSync(join(parent, 'old'));
      chownSync(join(parent, 'old'), 1234, 1234);
      makeStateDirectory(join(parent, 'old'), USER);
      expect(statSync(join(parent, 'old')).uid).toBe(1234);
      expect(statSync(parent).uid).toBe(0);
    },
  );

  it('says what is wrong with a path that can be none', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(() => makeStateDirectory(join(file, 'x'))).toThrow(StateDirectoryUnusable);
    expect(() => makeStateDirectory(join(file, 'x'))).toThrow(/ENOTDIR.*--state_dir/);
  });
});
