import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ElementType } from '../../encoding/element-type.js';
import { elementsPerValue } from '../../rows/row-block.js';
import { Spool } from '../../rows/spool.js';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { blockOf, firstDifference, GENERAL, type TestRow } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'extended-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Channel {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly blocks: readonly (readonly TestRow[])[];
}

function write(channels: readonly Channel[], memory = 1024 * 1024): string {
  const path = join(folder, `${count++}.h5`);
  const spoolPath = `${path}.spool`;
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: { extended: new Spool(spoolPath, new Uint8Array(memory)) },
  });
  for (const { name, type, shape, blocks } of channels) {
    const rows = file.openChannel({ name, type, shape });
    for (const block of blocks) rows.append(blockOf(type, shape, block));
    rows.close();
  }
  file.finish();
  expect(existsSync(spoolPath)).toBe(false);
  return path;
}

/** The rules of the format, put as plainly as possible. */
function expectedRows({ type, shape, blocks }: Channel, union: readonly bigint[]) {
  const last = new Map(blocks.flat().map((row) => [BigInt(row.pulseId), row]));
  const blank = Array.from({ length: elementsPerValue(shape) }, () =>
    type === 'string' ? '' : type.endsWith('int64') ? 0n : 0,
  );
  const rows = union.map((id) => last.get(id));
  return {
    data: rows.flatMap((row) => row?.value ?? blank),
    pulse_id: union,
    timestamp: rows.map((row) => row?.timestamp ?? 0n),
    is_data_present: rows.map((row) => (row !== undefined && row.present !== false ? 1 : 0)),
    global_date: rows.map((row) => row?.date ?? ''),
  };
}

/** Paths of the datasets that are not as the format asks. */
function wrongDatasets(file: string, channels: readonly Channel[]): string[] {
  const ids = new Set(
    channels.flatMap(({ blocks }) => blocks.flat()).map(({ pulseId }) => BigInt(pulseId)),
  );
  const union = [...ids].sort((a, b) => (a < b ? -1 : 1));
  return channels.flatMap((channel) =>
    Object.entries(expectedRows(channel, union)).flatMap(([dataset, values]) => {
      const path = `/data/${channel.name}/${dataset}`;
      const difference = firstDifference(
        readDataset(library, file, path),
        values.length,
        (i) => values[i],
      );
      return difference === undefined ? [] : [`${path} from ${difference} on`];
    }),
  );
}

function row(pulseId: number | bigint, ...value: (number | bigint | string)[]): TestRow {
  return { pulseId, value, timestamp: BigInt(pulseId) * 3n, date: `date of ${pulseId}` };
}

const SMALL: readonly Channel[] = [
  {
    name: 'fast',
    type: 'int16',
    shape: [1],
    blocks: [
      [row(1, 1), row(2, 2)],
      [row(3, 3), row(4, 4)],
    ],
  },
  { name: 'slow', type: 'uint64', shape: [2], blocks: [[row(2, 2n ** 63n, 5n)]] },
  {
    name: 'unsorted',
    type: 'string',
    shape: [1],
    blocks: [[row(9, 'neun'), row(3, 'drei')], [row(1, 'eins')]],
  },
  {
    name: 'repeated',
    type: 'bool',
    shape: [],
    blocks: [
      [row(4, 1), row(4, 0), row(2, 0)],
      [row(2, 1), { pulseId: 3, value: [0], present: false }],
    ],
  },
  {
    name: 'far',
    type: 'float32',
    shape: [2, 2],
    blocks: [[row(2n ** 60n, 1, 2, 3, 4), row(-5, 5, 6, 7, 8)]],
  },
  {
    name: 'texts',
    type: 'string',
    shape: [2, 2],
    blocks: [[row(4, 'a', '', 'é', '😀')], [row(4, 'b', '', '', '')]],
  },
  {
    name: 'repeated and then absent',
    type: 'float64',
    shape: [2],
    blocks: [[row(1, 1, 2), row(2, 3, 4)], [{ pulseId: 2, value: [0, 0], present: false }]],
  },
  {
    name: 'texts, then absent',
    type: 'string',
    shape: [2],
    blocks: [
      [row(1, 'a', 'b'), row(2, 'c', 'd')],
      [{ pulseId: 2, value: ['', ''], present: false }],
    ],
  },
  { name: 'empty', type: 'float64', shape: [3], blocks: [] },
];

describe('the extended format', () => {
  it.each([undefined, 0, 100])(
    'gives every channel the union of all pulse ids (%s bytes of memory)',
    (memory) => {
      expect(wrongDatasets(write(SMALL, memory), SMALL)).toEqual([]);
    },
  );

  it('has no rows when no channel has any', () => {
    const path = write([{ name: 'empty', type: 'string', shape: [1], blocks: [] }]);
    const { datasets } = inspectFile(library, path);
    expect(datasets.find(({ path }) => path === '/data/empty/data')).toMatchObject({
      shape: [0, 1],
      type: 'string',
    });
  });

  it.each([0, 1_000_000])(
    'places rows of many windows and blocks in any order (%i bytes of memory)',
    (memory) => {
      const shuffled = (length: number): number[] =>
        Array.from({ length }, (_, i) => (i * 7919) % length);
      const blocksOf = (rows: TestRow[], size: number): TestRow[][] =>
        Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
          rows.slice(i * size, (i + 1) * size),
        );
      const waveform = (seed: number): number[] =>
        Array.from({ length: 500 }, (_, i) => (seed * 31 + i) % 127);
      const channels: readonly Channel[] = [
        {
          name: 'sorted',
          type: 'int32',
          shape: [],
          blocks: blocksOf(
            Array.from({ length: 3000 }, (_, i) => row(2 * i, i)),
            400,
          ),
        },
        {
          name: 'shuffled',
          type: 'float64',
          shape: [500],
          blocks: blocksOf(
            shuffled(600).map((i) => row(3 * i, ...waveform(i))),
            200,
          ),
        },
        {
          name: 'long texts',
          type: 'string',
          shape: [1],
          blocks: blocksOf(
            shuffled(1000).map((i) => row(5 * i, `${i} `.repeat(i % 17 === 0 ? 4000 : 1))),
            150,
          ),
        },
      ];
      expect(wrongDatasets(write(channels, memory), channels)).toEqual([]);
    },
  );

  it('keeps nothing of absent values, and makes no room for them, however large they are', () => {
    const rows = 300;
    const path = join(folder, 'absent.h5');
    const spool = new Spool(join(folder, 'absent.spool'));
    const file = Hdf5File.create(library, { path, general: GENERAL, format: { extended: spool } });
    for (const { name, type, elements } of [
      { name: 'numbers', type: 'float64', elements: 2 ** 24 },
      { name: 'texts', type: 'string', elements: 2 ** 18 },
    ] as const) {
      const channel = file.openChannel({ name, type, shape: [elements] });
      const absent = blockOf(type, [0], [{ pulseId: 0, value: [], present: false }]);
      const values =
        type === 'string'
          ? ({ type, text: { bytes: new Uint8Array(0), ends: new Uint32Array(elements) } } as const)
          : ({ type, array: new Float64Array(elements) } as const);
      for (let i = 0; i < rows; i++) {
        channel.append({ ...absent, pulseIds: BigInt64Array.of(BigInt(i)), values });
      }
      channel.close();
    }
    expect(spool.size).toBeLessThan(200 * rows);
    file.finish();
    expect(statSync(path).size).toBeLessThan(200_000);
    const { datasets } = inspectFile(library, path);
    expect(datasets.find(({ path }) => path === '/data/numbers/data')?.shape).toEqual([
      rows,
      2 ** 24,
    ]);
    expect(datasets.find(({ path }) => path === '/data/texts/data')?.shape).toEqual([
      rows,
      2 ** 18,
    ]);
  });

  it('gives the spool back when the file is aborted', () => {
    const path = join(folder, 'aborted.h5');
    const format = { extended: new Spool(join(folder, 'aborted.spool')) };
    const file = Hdf5File.create(library, { path, general: GENERAL, format });
    file
      .openChannel({ name: 'X', type: 'int8', shape: [] })
      .append(blockOf('int8', [], [row(1, 1)]));
    file.abort();
    expect(readdirSync(folder).filter((name) => name.startsWith('aborted'))).toEqual([]);
  });
});
