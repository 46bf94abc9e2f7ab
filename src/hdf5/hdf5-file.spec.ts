import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ELEMENT_TYPES, type ElementType } from '../rows/element-type.js';
import type { ChannelHeader } from '../rows/row-block.js';
import { Hdf5File, type GeneralInformation } from './hdf5-file.js';
import { Hdf5Library } from './hdf5-library.js';
import { inspectFile, readDataset } from './inspect.js';
import { blockOf, GENERAL, type TestRow } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'hdf5-file-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

function create(general: GeneralInformation = GENERAL): { file: Hdf5File; path: string } {
  const path = join(folder, `${count++}.h5`);
  const spoolPath = `${path}.spool`;
  return { path, file: Hdf5File.create(library, { path, spoolPath, general, format: 'compact' }) };
}

function write(header: ChannelHeader, ...blocks: readonly TestRow[][]): string {
  const { file, path } = create();
  const rows = file.openChannel(header);
  for (const block of blocks) rows.append(blockOf(header.type, header.shape, block));
  rows.close();
  file.finish();
  return path;
}

function valuesOf(path: string, dataset: string): unknown[] {
  return Array.from(readDataset(library, path, dataset));
}

function summaryOf(path: string, dataset: string) {
  return inspectFile(library, path).datasets.find((summary) => summary.path === dataset);
}

const EDGES: Record<Exclude<ElementType, 'string'>, readonly (number | bigint)[]> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [-9223372036854775808n, 9223372036854775807n, 9007199254740993n],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
  uint64: [0n, 18446744073709551615n],
  float32: [Number.NaN, Infinity, -Infinity, -0, 3.4028234663852886e38, 1.401298464324817e-45],
  float64: [Number.NaN, Infinity, -Infinity, -0, 1.7976931348623157e308, 5e-324, 0.1],
  bool: [0, 1],
};

describe('a channel', () => {
  it.each(ELEMENT_TYPES.filter((type) => type !== 'string'))('keeps every value of %s', (type) => {
    const edges = EDGES[type];
    const rows = edges.map((value, i) => ({ pulseId: i, value: [value] }));
    const path = write({ name: 'X', type, shape: [1] }, rows);
    expect(valuesOf(path, '/data/X/data')).toEqual(edges);
    expect(summaryOf(path, '/data/X/data')).toMatchObject({
      shape: [edges.length, 1],
      type,
      chunks: null,
    });
  });

  it('keeps any text', () => {
    const texts = ['', ' ', 'a ', 'é', 'e\u0301', '😀', '漢字', '\n"\\', 'x'.repeat(100_000)];
    const rows = texts.map((text, i) => ({ pulseId: i, value: [text] }));
    const path = write({ name: 'X', type: 'string', shape: [1] }, rows.slice(0, 4), rows.slice(4));
    expect(valuesOf(path, '/data/X/data')).toEqual(texts);
    expect(summaryOf(path, '/data/X/data')).toMatchObject({
      shape: [texts.length, 1],
      type: 'string',
    });
  });

  it.each([
    { shape: [], stored: [2] },
    { shape: [1], stored: [2, 1] },
    { shape: [3], stored: [2, 3] },
    { shape: [3, 2], stored: [2, 2, 3] },
    { shape: [4, 3, 2], stored: [2, 2, 3, 4] },
    { shape: [0], stored: [2, 0] },
  ])('of shape $shape is stored as $stored', ({ shape, stored }) => {
    const elements = stored.slice(1).reduce((a, b) => a * b, 1);
    const value = Array.from({ length: elements }, (_, i) => i);
    const rows = [
      { pulseId: 1, value },
      { pulseId: 2, value: value.map((x) => x + 100) },
    ];
    for (const type of ['int32', 'string'] as const) {
      const path = write({ name: 'X', type, shape }, rows);
      expect(summaryOf(path, '/data/X/data')).toMatchObject({ shape: stored });
      expect(valuesOf(path, '/data/X/data').map(Number)).toEqual(rows.flatMap((row) => row.value));
    }
  });

  it('has pulse id, timestamp, date and presence beside its data', () => {
    const big = 2n ** 53n + 1n;
    const path = write({ name: 'X', type: 'int8', shape: [] }, [
      {
        pulseId: big,
        value: [5],
        timestamp: 1_528_459_491_551_143_344n,
        date: '2018-06-08T14:04:51+02:00',
      },
      { pulseId: 1, value: [0], present: false },
    ]);
    expect(valuesOf(path, '/data/X/pulse_id')).toEqual([big, 1n]);
    expect(valuesOf(path, '/data/X/timestamp')).toEqual([1_528_459_491_551_143_344n, 0n]);
    expect(valuesOf(path, '/data/X/global_date')).toEqual(['2018-06-08T14:04:51+02:00', '']);
    expect(valuesOf(path, '/data/X/is_data_present')).toEqual([1, 0]);
    const types = inspectFile(library, path).datasets.map(({ path, type }) => [path, type]);
    expect(types).toEqual(
      expect.arrayContaining([
        ['/data/X/pulse_id', 'int64'],
        ['/data/X/timestamp', 'int64'],
        ['/data/X/global_date', 'string'],
        ['/data/X/is_data_present', 'bool'],
      ]),
    );
  });

  it.each(['float32', 'bool', 'string'] as const)(
    'of %s without data has all datasets, empty',
    (type) => {
      const path = write({ name: 'X', type, shape: [3, 2] });
      const { datasets } = inspectFile(library, path);
      expect(
        datasets
          .filter(({ path }) => path.startsWith('/data'))
          .map(({ path, shape, type }) => [path, shape, type]),
      ).toEqual([
        ['/data/X/data', [0, 2, 3], type],
        ['/data/X/global_date', [0], 'string'],
        ['/data/X/is_data_present', [0], 'bool'],
        ['/data/X/pulse_id', [0], 'int64'],
        ['/data/X/timestamp', [0], 'int64'],
      ]);
    },
  );

  it.each(['X:FPICTURE', 'with blank ', '100%', '..', 'a.b', 'Ü😀', 'n'.repeat(255)])(
    'can be called %j',
    (name) => {
      const path = write({ name, type: 'int8', shape: [1] }, [{ pulseId: 1, value: [5] }]);
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

  it('can not come twice', () => {
    const { file } = create();
    const header = { name: 'X', type: 'int8', shape: [] } as const;
    file.openChannel(header).close();
    expect(() => file.openChannel(header)).toThrow(
      expect.objectContaining({ code: 'duplicate_channel' }),
    );
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
        ['X', { problems: '[]' }],
        ['not there', { problems: '[]' }],
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
      spoolPath: `${path}.spool`,
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
