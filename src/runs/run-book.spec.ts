import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  InvalidRunName,
  PgroupClosed,
  PgroupFolderMissing,
  PgroupNotWritable,
  PlanOvertaken,
  RunNumberAhead,
  RunNumberUsed,
  RunTagDiffers,
} from './errors.js';
import { noted, rawFolder, retrieval } from './pgroup.fixture.js';
import type { Plan } from './plan.js';
import { RunBooks } from './run-book.js';

const text = (...path: string[]) => readFileSync(join(...path), 'utf8');
const json = (...path: string[]) => JSON.parse(text(...path)) as Record<string, unknown>;

function bookOf(raw = rawFolder()) {
  return { raw, book: new RunBooks().of(raw) };
}

describe('run numbers', () => {
  it('are counted in LAST_RUN, as text without a line end', async () => {
    const { raw, book } = bookOf();
    expect(await book.current()).toBe(0);
    expect(text(raw, 'run_info/LAST_RUN')).toBe('0');
    expect([await book.advance(), await book.advance()]).toEqual([1, 2]);
    expect(text(raw, 'run_info/LAST_RUN')).toBe('2');
    expect(await book.current()).toBe(2);
  });

  it('are found in the folders where the counter is damaged, and written again', async () => {
    for (const damage of ['', 'twelve', '-3', '9007199254740991', undefined]) {
      const { raw, book } = bookOf();
      mkdirSync(join(raw, 'run_info/000000'), { recursive: true });
      mkdirSync(join(raw, 'run0012-tag'));
      writeFileSync(join(raw, 'run_info/000000/run_000014.json'), '{}');
      if (damage !== undefined) writeFileSync(join(raw, 'run_info/LAST_RUN'), damage);
      expect(await book.current()).toBe(14);
      expect(text(raw, 'run_info/LAST_RUN')).toBe('14');
      expect(await book.advance()).toBe(15);
    }
  });

  it('never lead into a folder that exists', async () => {
    const { raw, book } = bookOf();
    mkdirSync(join(raw, 'run_info/000000'), { recursive: true });
    writeFileSync(join(raw, 'run_info/LAST_RUN'), '6');
    mkdirSync(join(raw, 'run0007-old'));
    writeFileSync(join(raw, 'run_info/000000/run_000008.json'), '{}');
    mkdirSync(join(raw, 'run00090'));
    expect(await book.advance()).toBe(9);
    expect((await book.acquire(retrieval(), noted)).runNumber).toBe(10);
  });
});

it('finds the lost number of the last acquisition in the metadata', async () => {
  const { raw, book } = bookOf();
  await book.acquire(retrieval(), noted);
  await book.acquire(retrieval({ layout: 'flat' }), noted);
  await book.acquire(retrieval({ runNumber: 1 }), noted);
  writeFileSync(join(raw, 'run_info/LAST_ARUN'), '');
  const plan = await book.acquire(retrieval({ runNumber: 1 }), noted);
  expect(plan.uniqueAcquisitionNumber).toBe(4);
  rmSync(join(raw, 'run_info/LAST_ARUN'));
  rmSync(join(raw, 'run0001'), { recursive: true });
  expect((await book.acquire(retrieval(), noted)).uniqueAcquisitionNumber).toBe(3);
});

describe('a refused retrieval', () => {
  it.each([
    ['of a number that was never given', { runNumber: 3 }, RunNumberAhead],
    ['of a negative number', { runNumber: -1 }, InvalidRunName],
    ['with another tag', { runNumber: 1, suffix: 'other' }, RunTagDiffers],
    ['of another folder', { layout: 'flat', directoryName: '../x' }, InvalidRunName],
    ['by a link', { layout: 'flat', directoryName: 'link/x' }, PgroupNotWritable],
    ['of another detector', { detectors: { 'a/b': {} } }, InvalidRunName],
    ['of a run that is used', { layout: 'flat', runNumber: 2 }, RunNumberUsed],
    ['of a scan elsewhere', { layout: 'flat', scanInfo: { scan_name: '../a' } }, InvalidRunName],
  ] as const)('%s spends nothing', async (_, differences, error) => {
    const { raw, book } = bookOf();
    mkdirSync(join(raw, '../outside'));
    symlinkSync('../outside', join(raw, 'link'));
    await book.acquire(retrieval({ suffix: 'tag' }), noted);
    await book.acquire(retrieval({ layout: 'flat' }), noted);
    const before = tree(raw);
    await expect(
      book.acquire(retrieval({ ...differences }), () => Promise.reject(new Error('spent'))),
    ).rejects.toThrow(error);
    expect(tree(raw)).toEqual(before);
  });

  it('is one for a pgroup that is closed, or has no folder', async () => {
    const { raw, book } = bookOf();
    await book.assertOpen();
    await book.close();
    expect(text(raw, 'run_info/CLOSED')).toBe('');
    await expect(book.close()).rejects.toThrow(PgroupClosed);
    await expect(book.assertOpen()).rejects.toThrow(PgroupClosed);
    await expect(book.advance()).rejects.toThrow(PgroupClosed);
    await expect(book.current()).rejects.toThrow(PgroupClosed);
    await expect(book.acquire(retrieval(), noted)).rejects.toThrow(PgroupClosed);
    expect(existsSync(join(raw, 'run_info/LAST_RUN'))).toBe(false);
    await expect(bookOf(join(raw, 'none')).book.advance()).rejects.toThrow(PgroupFolderMissing);
  });

  it('does not confuse run 1000 with run 10000', async () => {
    const { raw, book } = bookOf();
    mkdirSync(join(raw, 'run_info'));
    mkdirSync(join(raw, 'run10000-tag'));
    writeFileSync(join(raw, 'run_info/LAST_RUN'), '10000');
    const plan = await book.acquire(retrieval({ runNumber: 1000 }), noted);
    expect(plan.runFolder).toBe(join(raw, 'run1000'));
  });
});

describe('what is made', () => {
  it('belongs to the raw folder’s group, which may write it, whatever the umask is', async () => {
    const { raw, book } = bookOf();
    // Only root may give folders to a group that it is not in.
    if (process.getuid?.() === 0) chownSync(raw, 0, 54321);
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    await book.acquire(retrieval({ suffix: 'tag' }), noted);
    await book.acquire(
      retrieval({ layout: 'flat', directoryName: 'a/b', scanInfo: { scan_name: 's' } }),
      noted,
    );
    for (const path of tree(raw)) {
      const { mode, gid } = statSync(join(raw, path));
      expect([path, (mode & 0o7777).toString(8), gid]).toEqual([
        path,
        statSync(join(raw, path)).isDirectory() ? '2775' : '664',
        statSync(raw).gid,
      ]);
    }
  });

  it('comes after numbers and intent, and nothing comes where the intent fails', async () => {
    const { raw, book } = bookOf();
    let seen: string[] = [];
    const plan = await book.acquire(retrieval(), () => {
      seen = tree(raw);
      return Promise.resolve();
    });
    expect(seen).toEqual(['run_info', 'run_info/.lock', 'run_info/LAST_ARUN', 'run_info/LAST_RUN']);
    expect(tree(raw)).toContain('run0001/meta/acq0001.json');
    const failed = new Error('no');
    await expect(book.acquire(retrieval(), () => Promise.reject(failed))).rejects.toBe(failed);
    expect(tree(raw)).not.toContain('run0002');
    expect([text(raw, 'run_info/LAST_RUN'), text(raw, 'run_info/LAST_ARUN')]).toEqual(['1', '1']);
    expect(plan.files).toEqual([
      {
        kind: 'BSDATA',
        path: join(raw, 'run0001/data/acq0001.BSDATA.h5'),
        logFile: join(raw, 'run0001/logs/acq0001.BSDATA.log'),
      },
    ]);
  });
});

describe('a plan', () => {
  const steps: [string, (raw: string) => void][] = [
    ['nothing', () => undefined],
    ['some folders', (raw) => mkdirSync(join(raw, 'run0001/meta'), { recursive: true })],
  ];
  it.each(steps)('is completed after %s was made', async (_, make) => {
    const { raw, book } = bookOf();
    const asked = retrieval();
    let plan: Plan | undefined;
    await expect(
      book.acquire(asked, (made) => {
        plan = made;
        return Promise.reject(new Error('power loss'));
      }),
    ).rejects.toThrow('power loss');
    writeFileSync(join(raw, 'run_info/LAST_RUN'), '0');
    make(raw);
    await book.complete(asked, plan!);
    expect(text(raw, 'run_info/LAST_RUN')).toBe('1');
    const once = tree(raw).map((path) => [path, contents(join(raw, path))]);
    await book.complete(asked, plan!);
    expect(tree(raw).map((path) => [path, contents(join(raw, path))])).toEqual(once);
    expect(json(raw, 'run0001/meta/scan.json').pulseIds).toEqual([[1000, 1099]]);
  });

  it('is not completed into another acquisition', async () => {
    const { raw, book } = bookOf();
    await book.advance();
    const plan = await book.acquire(retrieval({ runNumber: 1 }), noted);
    const before = contents(join(raw, 'run0001/meta/acq0001.json'));
    const other = retrieval({ runNumber: 1 });
    await expect(book.complete(other, plan)).rejects.toThrow(PlanOvertaken);
    await expect(book.undo(other, plan)).rejects.toThrow(PlanOvertaken);
    expect(contents(join(raw, 'run0001/meta/acq0001.json'))).toBe(before);
  });

  it('is undone without traces, but for its numbers', async () => {
    for (const layout of ['run', 'flat'] as const) {
      const { raw, book } = bookOf();
      const info = { scanInfo: { scan_name: 's' }, layout };
      const first = retrieval(info);
      const plan = await book.acquire(first, noted);
      const before = tree(raw);
      const second = retrieval({ ...info, ...(layout === 'run' && { runNumber: 1 }) });
      const undone = await book.acquire(second, noted);
      await book.undo(second, undone);
      expect(tree(raw)).toEqual(before);
      const scan = layout === 'run' ? 'run0001/meta/scan.json' : 'scan_info/s.json';
      expect(json(raw, scan).scan_files).toEqual([plan.files.map(({ path }) => path)]);
      await book.undo(first, plan);
      expect(tree(raw).filter((path) => /\.json$|run0001/.test(path))).toEqual([]);
      expect(text(raw, 'run_info/LAST_ARUN')).toBe('2');
    }
  });

  it('keeps its one step of the scan where an earlier acquisition is undone meanwhile', async () => {
    const { raw, book } = bookOf();
    const [first, second] = [retrieval(), retrieval({ runNumber: 1 })];
    const undone = await book.acquire(first, noted);
    const plan = await book.acquire(second, noted);
    await book.undo(first, undone);
    await book.complete(second, plan);
    const { scan_files: files } = json(raw, 'run0001/meta/scan.json');
    expect(files).toEqual([plan.files.map(({ path }) => path)]);
  });

  it('loses the files that nobody takes after all', async () => {
    const { raw, book } = bookOf();
    const asked = retrieval({
      pvs: ['PV-1'],
      detectors: { JF01: {}, JF02: {} },
      taken: { pvs: true, detectors: true },
    });
    const plan = await book.acquire(asked, noted);
    expect(plan.files.map(({ kind }) => kind)).toEqual(['PVDATA', 'BSDATA', 'JF01', 'JF02']);
    const rest = await book.withdraw(asked, plan, { pv_list: ['PV-1'], detectors: ['JF01'] });
    expect(rest.files.map(({ kind }) => kind)).toEqual(['BSDATA', 'JF02']);
    const files = rest.files.map(({ path }) => path);
    const metadata = json(raw, 'run0001/meta/acq0001.json');
    expect(metadata.files).toEqual(files);
    expect(metadata.not_written).toEqual({ pv_list: ['PV-1'], detectors: ['JF01'] });
    expect(json(raw, 'run0001/meta/scan.json').scan_files).toEqual([files]);
    await book.complete(asked, plan);
    expect(json(raw, 'run0001/meta/scan.json').scan_files).toEqual([files]);
  });
});

it('adds to a scan file with positions that are no numbers, as Python writes them', async () => {
  const { raw, book } = bookOf();
  await book.acquire(retrieval(), noted);
  const file = 'run0001/meta/scan.json';
  const of = (positions: string) => `"scan_values": [${positions}]`;
  writeFileSync(
    join(raw, file),
    JSON.stringify({ pulseIds: [[1, 2]] }).replace('{', `{${of('NaN')}, `),
  );
  await book.acquire(retrieval({ runNumber: 1, scanInfo: { scan_values: Infinity } }), noted);
  expect(text(raw, file).replaceAll(/\s+/g, '')).toContain('"scan_values":[NaN,Infinity]');
});

describe('what is no file, where others can put it', () => {
  const PUT: [what: string, put: (path: string) => void, told: RegExp][] = [
    ['a folder', (path) => mkdirSync(path), /it is a folder where a file belongs: move that away/],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), /no regular file: move that away/],
    ['a link', (path) => symlinkSync('/etc/passwd', path), /is a symbolic link: replace that/],
  ];

  it.each(PUT)('refuses a retrieval and spends nothing: %s', async (_what, put, told) => {
    for (const name of ['run_info/LAST_ARUN', 'run0001/meta/scan.json', 'run_info/LAST_RUN']) {
      const { raw, book } = bookOf();
      await book.acquire(retrieval(), noted);
      rmSync(join(raw, name));
      put(join(raw, name));
      const before = tree(raw);
      const refused = await book.acquire(retrieval({ runNumber: 1 }), noted).catch(String);
      expect(refused).toMatch(told);
      expect(refused).toContain(join(raw, name));
      expect(tree(raw)).toEqual(before);
      if (!name.endsWith('LAST_RUN')) expect(text(raw, 'run_info/LAST_RUN')).toBe('1');
    }
  });

  it.each(PUT)('is no metadata that a lost number is looked for in: %s', async (_what, put) => {
    const { raw, book } = bookOf();
    await book.acquire(retrieval(), noted);
    await book.acquire(retrieval({ runNumber: 1 }), noted);
    rmSync(join(raw, 'run_info/LAST_ARUN'));
    put(join(raw, 'run0001/meta/acq0009.json'));
    const plan = await book.acquire(retrieval({ runNumber: 1 }), noted);
    expect([plan.acquisitionNumber, plan.uniqueAcquisitionNumber]).toEqual([10, 3]);
  });
});

it('puts a damaged scan file aside', async () => {
  const { raw, book } = bookOf();
  await book.acquire(retrieval(), noted);
  writeFileSync(join(raw, 'run0001/meta/scan.json'), '{"pulseIds": [');
  await book.acquire(retrieval({ runNumber: 1 }), noted);
  expect(json(raw, 'run0001/meta/scan.json').pulseIds).toHaveLength(1);
  const aside = readdirSync(join(raw, 'run_info')).find((name) => name.includes('damaged'));
  expect(text(raw, 'run_info', String(aside))).toBe('{"pulseIds": [');
});

it('counts acquisitions by the highest, not by how many there are', async () => {
  const { raw, book } = bookOf();
  await book.acquire(retrieval(), noted);
  writeFileSync(join(raw, 'run0001/meta/acq0007.json'), '{}');
  writeFileSync(join(raw, 'run0001/meta/notes.txt'), '');
  const plan = await book.acquire(retrieval({ runNumber: 1 }), noted);
  expect([plan.acquisitionNumber, plan.uniqueAcquisitionNumber]).toEqual([8, 2]);
});

function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

function contents(path: string): string {
  return statSync(path).isFile() ? text(path) : '';
}
