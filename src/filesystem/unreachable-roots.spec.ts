import type { PathLike } from 'node:fs';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { OutputFileRefused } from '../request/errors.js';
import { OutputRoots } from './output-roots.js';

/** The error with which calls on these paths fail. */
const failing = new Map<string, { readonly code: string; readonly errno: number }>();

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const lstatSync = (path: PathLike, options: object): unknown => {
    const failure = failing.get(String(path));
    if (failure) throw Object.assign(new Error(`${failure.code}: lstat`), failure, { path });
    return fs.lstatSync(path, options);
  };
  return { ...fs, lstatSync };
});

const base = realpathSync(mkdtempSync(join(tmpdir(), 'unreachable-')));
const [one, other] = [join(base, 'one'), join(base, 'other')];
mkdirSync(one);
mkdirSync(other);
const roots = new OutputRoots([one, other]);

afterAll(() => rmSync(base, { recursive: true }));
afterEach(() => failing.clear());

const STALE = { code: 'Unknown system error -116', errno: -116 };

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a disk that does not tell where a name leads', () => {
  it.each([
    ['EIO', { code: 'EIO', errno: -5 }],
    ['EBUSY', { code: 'EBUSY', errno: -16 }],
    ['ESTALE', STALE],
  ])('is no fault of the name: %s', (name, failure) => {
    const file = join(other, 'x.h5');
    for (const path of [file, other]) {
      failing.clear();
      failing.set(path, failure);
      for (const call of [() => roots.resolve(file), () => roots.open(file)]) {
        const error = thrownBy(call);
        expect(error).not.toBeInstanceOf(OutputFileRefused);
        expect(error).toMatchObject({
          code: 'output_file_unreachable',
          message: `output_file '${file}' can't be reached (${name}): try again.`,
          cause: failure,
        });
      }
    }
  });

  it('does not matter where the name leads elsewhere', () => {
    failing.set(one, STALE);
    const file = join(other, 'x.h5');
    expect(roots.resolve(file)).toBe(file);
    const { folder } = roots.open(file);
    expect(folder.path).toBe(other);
    folder.close();
  });

  it('is no reason to take a name that leads out', () => {
    failing.set(one, STALE);
    expect(() => roots.resolve(join(base, 'x.h5'))).toThrow(/can't be reached \(ESTALE\)/);
  });

  it.each(['ELOOP', 'EACCES', 'ENAMETOOLONG'])('refuses a name that is wrong: %s', (code) => {
    const file = join(other, 'x.h5');
    failing.set(file, { code, errno: -1 });
    expect(thrownBy(() => roots.resolve(file))).toBeInstanceOf(OutputFileRefused);
  });
});
