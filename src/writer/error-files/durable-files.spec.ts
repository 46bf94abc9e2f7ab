import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { writeDurably } from './durable-files.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';

describe('writeDurably', () => {
  const folders = temporaryFolders();

  /** A folder in which the first `times` temporary files are gone when they are to be renamed. */
  function tidiedUp(times: number): OpenFolder {
    const folder = OpenFolder.open(folders());
    const at = folder.at.bind(folder);
    let taken = 0;
    vi.spyOn(folder, 'at').mockImplementation((name) => {
      if (name === 'x.h5.err' && taken++ < times) rmSync(at('.temporary'));
      return at(name);
    });
    return folder;
  }

  it('writes a file again whose temporary file somebody took away', () => {
    const folder = tidiedUp(2);
    writeDurably(folder, 'x.h5.err', 'line', '.temporary');
    expect(readdirSync(folder.at('.'))).toEqual(['x.h5.err']);
    expect(readFileSync(folder.at('x.h5.err'), 'utf8')).toBe('line');
    folder.close();
  });

  it('fails, with nothing left, where that happens every time', () => {
    const folder = tidiedUp(Infinity);
    expect(() => writeDurably(folder, 'x.h5.err', 'line', '.temporary')).toThrow(
      /the folder is gone/,
    );
    expect(readdirSync(folder.at('.'))).toEqual([]);
    folder.close();
  });
});
