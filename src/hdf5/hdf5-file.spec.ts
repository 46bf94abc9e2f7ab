import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelGoesOn } from '../report/errors.js';
import { Hdf5File, type GeneralInformation } from './hdf5-file.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { inspectFile, readDataset } from './read/inspect.js';
import { blockOf, GENERAL } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'hdf5-file-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

function create(general: GeneralInformation = GENERAL): { file: Hdf5File; path: string } {
  const path = join(folder, `${count++}.h5`);
  return { path, file: Hdf5File.create(library, { path, general, format: 'compact' }) };
}

function valuesOf(path: string, dataset: string): unknown[] {
  return Array.from(readDataset(library, path, dataset));
}

describe('a channel', () => {
  it.each(['X:FPICTURE', 'with blank ', '100%', '..', 'a.b', 'Ü😀', 'n'.repeat(255)])(
    'can be called %j',
    (name) => {
      const { file, path } = create();
      const rows = file.openChannel({ name, type: 'int8', shape: [1] });
      rows.append(blockOf('int8', [1], [{ pulseId: 1, value: [5] }]));
      rows.close();
      file.finish();
      expect(inspectFile(library, path).groups.map(({ path }) => path)).toContain(`/data/${name}`);
      expect(valuesOf(path, `/data/${name}/data`)).toEqual([5]);
    },
  );

  it.each(['', '.', 'a/b', 'a\0b', 'é'.repeat(128)])(
    'can not be called %j, and the file goes on',
    (name) => {
      const { file, path } = create();
      expect(() => file.openChannel({ name, type: 'int8', shape: [] })).toThrow(
        expect.objectContaining({ name: 'ChannelFailure', code: 'channel_name' }),
      );
      file.openChannel({ name: 'X', type: 'int8', shape: [] }).close();
      file.finish();
      expect(inspectFile(library, path).groups.map(({ path }) => path)).toEqual([
        '/',
        '/data',
        '/data/X',
        '/general',
      ]);
    },
  );

  it.each([
    [[-1]],
    [[1.5]],
    [[Number.NaN]],
    [Array.from({ length: 32 }, () => 1)],
    [[2 ** 20, 2 ** 20]],
  ])('can not have the shape %j', (shape) => {
    const { file } = create();
    expect(() => file.openChannel({ name: 'X', type: 'int8', shape })).toThrow(
      expect.objectContaining({ name: 'ChannelFailure', code: 'bad_shape' }),
    );
    file.abort();
  });

  it('can not go on when it was closed for good', () => {
    const { file } = create();
    const header = { name: 'X', type: 'int8', shape: [] } as const;
    file.openChannel(header).close();
    expect(() => file.openChannel(header)).toThrow(ChannelGoesOn);
    file.abort();
  });
});

describe('a file', () => {
  it('has one channel open at a time', () => {
    const { file } = create();
    const rows = file.openChannel({ name: 'A', type: 'int8', shape: [] });
    expect(() => file.openChannel({ name: 'B', type: 'int8', shape: [] })).toThrow(
      'channel A was not closed',
    );
    expect(() => file.finish()).toThrow('channel A was not closed');
    rows.close();
    file.finish();
  });

  it('keeps a list that no attribute can hold as JSON', () => {
    const { file, path } = create();
    const names = Array.from({ length: 10_000 }, (_, i) => `channel ${i}`);
    file.finish({ most: names.slice(0, 4000), more: names });
    const [{ attributes }] = inspectFile(library, path).groups;
    expect(attributes).toEqual({ most: names.slice(0, 4000), more: JSON.stringify(names) });
  });

  it('keeps /general as it is, whatever it contains', () => {
    const { file, path } = create({
      created: '2018-06-08 ',
      instrument: '',
      process: 1.5,
      user: 'Müller 😀',
    });
    file.finish();
    expect(inspectFile(library, path).datasets).toEqual([
      {
        path: '/general/created',
        shape: [],
        type: 'string[11]',
        first: ['2018-06-08 '],
        chunks: null,
      },
      { path: '/general/instrument', shape: [], type: 'string[1]', first: [''], chunks: null },
      { path: '/general/process', shape: [], type: 'string[3]', first: ['1.5'], chunks: null },
      { path: '/general/user', shape: [], type: 'string[12]', first: ['Müller 😀'], chunks: null },
    ]);
  });

  it('has attributes of its own and of its channels', () => {
    const { file, path } = create();
    file.openChannel({ name: 'X', type: 'int8', shape: [] }).close();
    const attributes = {
      id: 'ü ',
      count: 5,
      big: 2n ** 60n,
      ratio: 0.5,
      missing: ['a', 'ß', ''],
      failed: [],
    };
    file.finish(
      attributes,
      new Map([
        ['X', { attributes: { problems: '[]' } }],
        ['not there', { attributes: { problems: '[]' } }],
      ]),
    );
    const { groups } = inspectFile(library, path);
    expect(groups).toEqual([
      { path: '/', attributes },
      { path: '/data', attributes: {} },
      { path: '/data/X', attributes: { problems: '[]' } },
      { path: '/general', attributes: {} },
    ]);
  });

  it('has bools in each of its many channels', () => {
    const { file, path } = create();
    for (let i = 0; i < 300; i++) {
      const rows = file.openChannel({ name: `C${i}`, type: 'bool', shape: [1] });
      rows.append(blockOf('bool', [1], [{ pulseId: i, value: [i % 2] }]));
      rows.close();
    }
    file.finish();
    const { datasets } = inspectFile(library, path);
    expect(datasets.filter(({ type }) => type === 'bool')).toHaveLength(600);
    expect(valuesOf(path, '/data/C299/data')).toEqual([1]);
    expect(valuesOf(path, '/data/C299/pulse_id')).toEqual([299n]);
  });

  it('is not written over another one', () => {
    const path = join(folder, 'exists');
    writeFileSync(path, 'precious');
    const options = {
      path,
      general: GENERAL,
      format: 'compact',
    } as const;
    expect(() => Hdf5File.create(library, options)).toThrow(
      expect.objectContaining({
        name: 'Hdf5Failure',
        code: 'hdf5_write_failed',
        needsFreshThread: false,
      }),
    );
    expect(library.needsFreshThread).toBe(false);
  });

  it.each([
    ['nothing', () => undefined],
    ['another file', (path: string) => writeFileSync(path, 'another')],
  ])('is not complete where %s is there instead in the end', (_what, replace) => {
    const { file, path } = create();
    renameSync(path, `${path}.moved`);
    replace(path);
    expect(() => file.finish()).toThrow(/moved away/);
  });

  it('is gone after abort, at any time', () => {
    const { file, path } = create();
    const rows = file.openChannel({ name: 'X', type: 'int8', shape: [] });
    rows.append(blockOf('int8', [], [{ pulseId: 1, value: [1] }]));
    expect(existsSync(path)).toBe(true);
    file.abort();
    file.abort();
    expect(existsSync(path)).toBe(false);
    const finished = create();
    finished.file.finish();
    finished.file.abort();
    expect(existsSync(finished.path)).toBe(false);
  });
});
