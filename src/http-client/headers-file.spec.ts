import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeadersFile } from './headers-file.js';

const URL = 'http://data-api/query';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headers-'));
  path = join(folder, 'headers');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

describe('a file of headers', () => {
  it('counts as it is at the time of the call, in whatever way it was renewed', async () => {
    const file = new HeadersFile(path, [URL]);
    write('A: first');
    expect(await file.headersFor(URL)).toEqual({ A: 'first' });
    write('A: other');
    expect(await file.headersFor(URL)).toEqual({ A: 'other' });
    writeFileSync(join(folder, 'new'), 'B: third', { mode: 0o600 });
    renameSync(join(folder, 'new'), path);
    expect(await file.headersFor(URL)).toEqual({ B: 'third' });
    rmSync(path);
    await expect(file.headersFor(URL)).rejects.toMatchObject({
      code: 'headers_file_unusable',
      message: `--data_api_headers_file ${path} can't be used: it does not exist; write it, with a line 'Name: value' for each header`,
    });
    symlinkSync(join(folder, 'secret'), path);
    writeFileSync(join(folder, 'secret'), 'C: fourth', { mode: 0o600 });
    expect(await file.headersFor(URL)).toEqual({ C: 'fourth' });
  });

  it('is for its servers alone', async () => {
    write('A: b');
    const file = new HeadersFile(path, [URL, 'https://images/api/1']);
    expect(await file.headersFor('http://data-api/query/mapping')).toEqual({ A: 'b' });
    expect(await file.headersFor('https://images/api/1/query')).toEqual({ A: 'b' });
    for (const other of ['http://127.0.0.1:80/', 'https://data-api/', 'http://data-api:81/']) {
      expect(await file.headersFor(other)).toEqual({});
    }
  });

  it('may not contradict user and password of a URL', async () => {
    write('authorization: Bearer b');
    const both = 'it has Authorization, and the URL has user and password: keep one of them';
    await expect(new HeadersFile(path, ['http://me:s3cret@data-api/']).prove()).rejects.toThrow(
      both,
    );
    write('X-Lab: b');
    await new HeadersFile(path, ['http://me:s3cret@data-api/']).prove();
  });

  it.each([
    ['a folder', () => mkdirSync(path), 'it is no regular file'],
    ['a pipe', () => execFileSync('mkfifo', [path]), 'it is no regular file'],
    ['too large', () => write(`# ${'x'.repeat(64 * 1024)}\nA: b`), 'it has more than 64 KiB'],
    ['half of it', () => write('Authorization: '), 'line 1 has no value for Authorization'],
    ['empty', () => write(''), "it has no header: write 'Name: value'"],
  ])('can not be used: %s', async (_what, make, problem) => {
    make();
    await expect(new HeadersFile(path, [URL]).prove()).rejects.toThrow(problem);
  });

  it('is warned of where others may use it, once for all threads, and when that changes', async () => {
    const memory = HeadersFile.memory();
    const files = [0, 1].map(() => new HeadersFile(path, [URL], memory));
    const warnings: string[] = [];
    const call = async () => {
      for (const file of files) {
        await file.headersFor(URL);
        warnings.push(...file.takeWarnings());
      }
      return warnings.splice(0);
    };
    write('A: b', 0o644);
    const remedy = `chmod o= '${path}', and renew what is in it`;
    const warning = `--data_api_headers_file may be read or written by others, its mode is 0644: ${remedy}`;
    expect(await call()).toEqual([warning]);
    expect(await call()).toEqual([]);
    chmodSync(path, 0o640);
    expect(await call()).toEqual([]);
    chmodSync(path, 0o602);
    expect(await call()).toEqual([expect.stringContaining('its mode is 0602')]);
  });
});
