import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  newNumericArray,
  type ElementType,
  type NumericType,
} from '../../encoding/element-type.js';
import { elementsPerValue } from '../../rows/row-block.js';
import { chunkShape, rowPieces } from './chunking.js';
import { Hdf5File, type Compression } from '../hdf5-file.js';
import { DATA_BUFFER_BYTES, Hdf5Library, MAX_CHUNK_ROWS } from '../library/hdf5-library.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { firstDifference, GENERAL, textColumn } from '../row-blocks.fixture.js';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'chunked-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Series {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly rows: number;
  readonly rowsPerBlock: number;
  readonly compression?: Compression;
  /** The value of an element of numbers, and of a text. */
  readonly value?: (element: number) => number;
  readonly text?: (element: number) => string;
}

const isPresent = (row: number) => row % 3 !== 0;

/** The value of an element of rows of numbers, of which each third is absent. */
const valueIn =
  (elements: number, value = (i: number) => i % 251) =>
  (i: number) =>
    isPresent(Math.floor(i / elements)) ? value(i) : 0;

/** Writes rows with pulse ids 0, 1, 2… in blocks. */
function write({
  type,
  shape,
  rows,
  rowsPerBlock,
  compression,
  value,
  text = String,
}: Series): string {
  const path = join(folder, `${count++}.h5`);
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: 'compact',
    compression,
  });
  const channel = file.openChannel({ name: 'X', type, shape });
  const elements = elementsPerValue(shape);
  for (let first = 0; first < rows; first += rowsPerBlock) {
    const length = Math.min(rowsPerBlock, rows - first);
    const indices = Array.from({ length }, (_, i) => first + i);
    channel.append({
      rows: length,
      pulseIds: BigInt64Array.from(indices, BigInt),
      timestamps: BigInt64Array.from(indices, (i) => BigInt(i) * 10n),
      present: Uint8Array.from(indices, (i) => (isPresent(i) ? 1 : 0)),
      globalDates: textColumn(indices.map((i) => `date ${i}`)),
      values:
        type === 'string'
          ? {
              type,
              text: textColumn(
                Array.from({ length: length * elements }, (_, i) => text(first * elements + i)),
              ),
            }
          : {
              type,
              array: numbers(type, first * elements, length * elements, valueIn(elements, value)),
            },
    });
  }
  channel.close();
  file.finish();
  return path;
}

function numbers(
  type: NumericType,
  first: number,
  length: number,
  value: (element: number) => number,
) {
  const array = newNumericArray(type, length);
  for (let i = 0; i < length; i++) array[i] = value(first + i) as never;
  return array;
}

function summaryOf(path: string, name: string) {
  return inspectFile(library, path).datasets.find((summary) => summary.path === `/data/X/${name}`)!;
}

function read(path: string, name: string): ArrayLike<unknown> {
  return readDataset(library, path, `/data/X/${name}`);
}

describe('a long channel', () => {
  it.each([-1, 0, 1, MAX_CHUNK_ROWS])(
    'keeps its rows in order, %i rows beyond the chunk beside the data',
    (more) => {
      const rows = MAX_CHUNK_ROWS + more;
      const path = write({ type: 'uint8', shape: [], rows, rowsPerBlock: 10_007 });
      expect(firstDifference(read(path, 'data'), rows, valueIn(1))).toBeUndefined();
      expect(firstDifference(read(path, 'pulse_id'), rows, BigInt)).toBeUndefined();
      expect(
        firstDifference(read(path, 'timestamp'), rows, (i) => BigInt(i) * 10n),
      ).toBeUndefined();
      expect(
        firstDifference(read(path, 'is_data_present'), rows, (i) => (isPresent(i) ? 1 : 0)),
      ).toBeUndefined();
      expect(firstDifference(read(path, 'global_date'), rows, (i) => `date ${i}`)).toBeUndefined();
      expect(summaryOf(path, 'pulse_id')).toMatchObject({
        shape: [rows],
        type: 'int64',
        chunks: more > 0 ? [MAX_CHUNK_ROWS] : null,
      });
      expect(summaryOf(path, 'is_data_present')).toMatchObject({ shape: [rows], type: 'bool' });
      expect(summaryOf(path, 'global_date')).toMatchObject({ shape: [rows], type: 'string' });
    },
  );

  const fitting = DATA_BUFFER_BYTES / (4 * 1024);

  it.each([fitting - 1, fitting, fitting + 1, fitting + 256, 2 * fitting])(
    'keeps %i waveforms',
    (rows) => {
      const path = write({ type: 'float32', shape: [1024], rows, rowsPerBlock: 300 });
      expect(firstDifference(read(path, 'data'), rows * 1024, valueIn(1024))).toBeUndefined();
      expect(summaryOf(path, 'data')).toMatchObject({
        shape: [rows, 1024],
        chunks: rows > fitting ? [256, 1024] : null,
      });
    },
  );

  it('keeps values that are larger than its buffer, in pieces', () => {
    const path = write({ type: 'uint16', shape: [1500, 2000, 2], rows: 3, rowsPerBlock: 2 });
    const difference = firstDifference(read(path, 'data'), 3 * 6_000_000, valueIn(6_000_000));
    expect(difference).toBeUndefined();
    const { shape, chunks } = summaryOf(path, 'data');
    expect(shape).toEqual([3, 2, 2000, 1500]);
    expect(chunks).toEqual([1, 1, 1398, 1500]);
  });

  it('keeps texts of any length', () => {
    const text = (row: number): string => `${row}`.padEnd(row % 50 === 0 ? 300_000 : row % 90, 'é');
    const path = write({ type: 'string', shape: [1], rows: 3000, rowsPerBlock: 500, text });
    expect(firstDifference(read(path, 'data'), 3000, text)).toBeUndefined();
    expect(firstDifference(read(path, 'global_date'), 3000, (i) => `date ${i}`)).toBeUndefined();
  });

  it('keeps rows of many texts, some of them absent', () => {
    const elements = 5000;
    const text = (i: number): string => (isPresent(Math.floor(i / elements)) ? `${i % 11}` : '');
    for (const rowsPerBlock of [1, 20]) {
      const path = write({ type: 'string', shape: [elements], rows: 20, rowsPerBlock, text });
      expect(firstDifference(read(path, 'data'), 20 * elements, text)).toBeUndefined();
    }
  });

  it('keeps a text that is larger than its buffer', () => {
    const text = (row: number): string => `${row}`.repeat(row === 1 ? DATA_BUFFER_BYTES + 5 : 3);
    const path = write({ type: 'string', shape: [], rows: 3, rowsPerBlock: 3, text });
    expect(firstDifference(read(path, 'data'), 3, text)).toBeUndefined();
  });

  it.each([
    [255, null],
    [256, [256, 1024]],
    [5000, [256, 1024]],
  ])('is compressed with gzip on demand where it fills a chunk: %i rows', (rows, chunks) => {
    const series = { type: 'float32', shape: [1024], rows, rowsPerBlock: 300 } as const;
    const path = write({ ...series, compression: { gzip: 1 } });
    expect(firstDifference(read(path, 'data'), rows * 1024, valueIn(1024))).toBeUndefined();
    expect(
      firstDifference(read(path, 'is_data_present'), rows, (i) => (isPresent(i) ? 1 : 0)),
    ).toBeUndefined();
    expect(summaryOf(path, 'data').chunks).toEqual(chunks);
    expect(summaryOf(path, 'pulse_id').chunks).toBeNull();
    const [plain, compressed] = [write(series), path].map((each) => statSync(each).size);
    if (chunks === null) expect(compressed).toBe(plain);
    else expect(compressed).toBeLessThan(plain / 2);
  });
});

describe('chunkShape', () => {
  const limits = { maxRows: MAX_CHUNK_ROWS, maxBytes: 8 * MIB };

  it.each([
    { rowShape: [], bytes: 8, chunks: [65_536] },
    { rowShape: [1024], bytes: 4, chunks: [256, 1024] },
    { rowShape: [1024, 1280], bytes: 2, chunks: [1, 1024, 1280] },
    { rowShape: [4096, 4096], bytes: 2, chunks: [1, 1024, 4096] },
    { rowShape: [3, 5_000_000], bytes: 4, chunks: [1, 1, 2_097_152] },
    { rowShape: [10_000_000], bytes: 8, chunks: [1, 1_048_576] },
  ])('is $chunks for $rowShape of $bytes bytes', ({ rowShape, bytes, chunks }) => {
    expect(chunkShape(rowShape, bytes, limits)).toEqual(chunks);
  });

  it('gives pieces that cover a row without gap or overlap', () => {
    for (const rowShape of [[10], [3, 10], [2, 3, 10]]) {
      const [, ...piece] = chunkShape(rowShape, 1, { maxRows: 1, maxBytes: 4 });
      let next = 0;
      for (const { start, elements, count } of rowPieces(rowShape, piece)) {
        expect(start).toBe(next);
        expect(elements).toBeLessThanOrEqual(4);
        expect(elements).toBe(elementsPerValue(count));
        next += elements;
      }
      expect(next).toBe(elementsPerValue(rowShape));
    }
  });
});

it.each([
  ['smaller than the buffer', MIB / 8, 20],
  ['larger than it', DATA_BUFFER_BYTES / 4, 11],
])('rows of zeros, %s, take no room in the file', (_what, elements, rows) => {
  const last = rows * elements - 1;
  const value = (i: number) => (i === elements + 1 || i === last ? 7 : 0);
  const path = write({ type: 'float64', shape: [elements], rows, rowsPerBlock: 1, value });
  expect(statSync(path).size).toBeLessThan((rows * elements * 8) / 2);
  const found = readDataset(library, path, '/data/X/data') as Float64Array;
  expect(firstDifference(found, rows * elements, value)).toBeUndefined();
});
