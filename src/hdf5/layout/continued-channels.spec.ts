import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ElementType } from '../../encoding/element-type.js';
import { elementsPerValue } from '../../rows/row-block.js';
import { Spool } from '../../rows/spool.js';
import { type Compression, Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { blockOf, GENERAL, type TestRow } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'continued-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

function rowsOf(type: ElementType, shape: readonly number[], first: number, last: number) {
  const elements = elementsPerValue(shape);
  const valueAt = (pulseId: number, i: number) =>
    type === 'string' ? `${pulseId}/${i}` : type === 'bool' ? pulseId % 2 : (pulseId + i) % 100;
  return Array.from({ length: last - first + 1 }, (_, i): TestRow => {
    const pulseId = first + i;
    const value = Array.from({ length: elements }, (_each, j) => valueAt(pulseId, j));
    return { pulseId, value, timestamp: BigInt(pulseId) * 10n, date: `date ${pulseId}` };
  });
}

type Format = 'compact' | 'extended' | 'gzip';

function create(format: Format) {
  const path = join(folder, `${count++}.h5`);
  const compression: Compression = format === 'gzip' ? { gzip: 1 } : 'none';
  const extended = new Spool(`${path}.spool`, new Uint8Array(1024));
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: format === 'extended' ? { extended } : 'compact',
    compression,
  });
  const add = (
    name: string,
    type: ElementType,
    shape: readonly number[],
    rows: readonly TestRow[],
    more: number,
  ) => {
    const channel = file.openChannel({ name, type, shape });
    if (rows.length > 0) channel.append(blockOf(type, shape, rows));
    channel.close(more);
  };
  return { path, file, add };
}

const plain = (path: string, dataset: string) =>
  Array.from(readDataset(library, path, dataset), (value) =>
    typeof value === 'bigint' ? Number(value) : value,
  );

describe('a channel that goes on', () => {
  const kinds: [ElementType, readonly number[]][] = [
    ['float64', [1]],
    ['int16', [1000]],
    ['uint64', [3, 2]],
    ['bool', [1]],
    ['string', [1]],
    ['string', [2]],
    ['uint8', [0]],
    ['int32', []],
  ];
  const cases = (['compact', 'extended', 'gzip'] as const).flatMap((format) =>
    kinds.map(([type, shape]) => [format, type, shape] as const),
  );

  it.each(cases)('has all its rows in a %s file: %s %j', (format, type, shape) => {
    const { path, file, add } = create(format);
    const rows = rowsOf(type, shape, 101, 107);
    add('A', type, shape, rows, 3);
    add('B', 'int8', [1], rowsOf('int8', [1], 101, 107), 0);
    const later = rowsOf(type, shape, 108, 109);
    add('A', type, shape, later, 1);
    add('A', type, shape, [], 1);
    const last = rowsOf(type, shape, 110, 110);
    add('A', type, shape, last, 0);
    file.finish();

    const all = [...rows, ...later, ...last];
    expect(plain(path, '/data/A/pulse_id')).toEqual(all.map(({ pulseId }) => pulseId));
    expect(plain(path, '/data/A/timestamp')).toEqual(all.map(({ timestamp }) => Number(timestamp)));
    expect(plain(path, '/data/A/global_date')).toEqual(all.map(({ date }) => date));
    expect(plain(path, '/data/A/is_data_present')).toEqual(all.map(() => 1));
    const values = plain(path, '/data/A/data');
    const expected = all.flatMap(({ value }) => [...value]);
    expect(values.length).toBe(expected.length);
    expect(values.every((value, i) => value === expected[i])).toBe(true);
    expect(plain(path, '/data/B/pulse_id').slice(0, 7)).toHaveLength(7);
  });

  it('takes up no more room than its rows and those expected need', () => {
    const { path, file, add } = create('compact');
    for (let i = 0; i < 50; i++) {
      add(`A${i}`, 'float64', [1], rowsOf('float64', [1], 101, 107), 3);
    }
    file.finish();
    expect(statSync(path).size).toBeLessThan(50 * 30_000);
    const { datasets } = inspectFile(library, path);
    expect(datasets.find(({ path: name }) => name === '/data/A0/pulse_id')).toMatchObject({
      shape: [7],
    });
  });

  it('is made as it comes at last where it had no rows before', () => {
    const { path, file, add } = create('compact');
    add('A', 'float64', [1], [], 3);
    add('A', 'string', [2], rowsOf('string', [2], 1, 2), 0);
    add('B', 'float64', [1], [], 3);
    file.finish();
    expect(plain(path, '/data/A/data')).toEqual(['1/0', '1/1', '2/0', '2/1']);
    expect(plain(path, '/data/B/data')).toEqual([]);
    expect(plain(path, '/data/B/global_date')).toEqual([]);
  });

  it.each([
    ['type', 'int32', [2]],
    ['shape', 'int16', [3]],
  ] as const)('has to have the same %s', (_what, type, shape) => {
    const { file, add } = create('compact');
    add('A', 'int16', [2], rowsOf('int16', [2], 1, 1), 1);
    expect(() => file.openChannel({ name: 'A', type, shape })).toThrow(
      expect.objectContaining({
        code: 'repeated_channel',
        message: `it came before as int16 [2], and comes again as ${type} [${shape.join()}]`,
      }),
    );
    file.abort();
  });
});
