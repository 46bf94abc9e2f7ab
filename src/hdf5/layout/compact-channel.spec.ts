import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ELEMENT_TYPES, type ElementType } from '../../encoding/element-type.js';
import type { ChannelHeader } from '../../rows/row-block.js';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { blockOf, GENERAL, type TestRow } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'compact-channel-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(header: ChannelHeader, ...blocks: readonly TestRow[][]): string {
  const path = join(folder, `${count++}.h5`);
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: 'compact',
  });
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
});
