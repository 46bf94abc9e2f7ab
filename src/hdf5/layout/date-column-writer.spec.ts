import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datesOf } from '../../rows/date-text.js';
import type { RowBlock } from '../../rows/row-block.js';
import { Spool } from '../../rows/spool.js';
import { BlockLoader, spoolBlock } from '../../rows/spooled-block.js';
import { Hdf5File, type Hdf5FileOptions } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { askH5py, HAS_H5PY } from '../python.fixture.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { GENERAL } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'date-column-'));
const HEADER = { name: 'X', type: 'float64', shape: [1] } as const;
const START = 1_795_509_424_800_262_480n;
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Rows from a pulse on, 10 ms apart, without texts for their dates. */
function blockFrom(first: number, rows: number): RowBlock {
  const pulseIds = BigInt64Array.from({ length: rows }, (_, i) => BigInt(first + i));
  return {
    rows,
    pulseIds,
    timestamps: pulseIds.map((id) => START + id * 10_000_001n),
    present: new Uint8Array(rows).fill(1),
    globalDates: undefined,
    values: { type: 'float64', array: Float64Array.from(pulseIds, Number) },
  };
}

/** `close` is how many rows are still to come when the channel is closed. */
type Step = RowBlock | { readonly close: number };

const withTexts = (block: RowBlock): RowBlock => ({ ...block, globalDates: datesOf(block) });
const close = (more: number): Step => ({ close: more });

/** Writes rows, another channel behind, and again others. */
function write(steps: readonly Step[], options: Partial<Hdf5FileOptions> = {}): string {
  const path = join(folder, `${count++}.h5`);
  const file = Hdf5File.create(library, { path, general: GENERAL, format: 'compact', ...options });
  let rows = file.openChannel(HEADER);
  for (const step of steps) {
    if (!('close' in step)) {
      rows.append(step);
      continue;
    }
    rows.close(step.close);
    const other = file.openChannel({ ...HEADER, name: `other ${count++}` });
    other.append(withTexts(blockFrom(0, 300)));
    other.close();
    rows = file.openChannel(HEADER);
  }
  rows.close();
  file.finish();
  return path;
}

function found(path: string, group: string) {
  const { datasets } = inspectFile(library, path);
  return {
    dates: readDataset(library, path, `${group}/global_date`) as readonly string[],
    times: readDataset(library, path, `${group}/timestamp`) as BigInt64Array,
    layout: datasets.filter((each) => each.path.startsWith(group)),
  };
}

const CASES: [string, Step[]][] = [
  ['no rows', [blockFrom(0, 0)]],
  ['a few rows', [blockFrom(0, 7)]],
  ['as many as a block is worth', [blockFrom(0, 114)]],
  ['as few as it is not', [blockFrom(0, 113)]],
  ['blocks of many rows', [blockFrom(0, 2048), blockFrom(2048, 2048), blockFrom(4096, 1904)]],
  ['more rows than a block holds', [blockFrom(0, 40_000), blockFrom(40_000, 10_001)]],
  ['a block of more rows than are collected', [blockFrom(0, 3000), blockFrom(3000, 70_000)]],
  ['rows with texts behind others', [blockFrom(0, 3000), withTexts(blockFrom(3000, 10))]],
  ['rows with texts before others', [withTexts(blockFrom(0, 10)), blockFrom(10, 3000)]],
  ['rows that go on later', [blockFrom(0, 3000), close(500), blockFrom(3000, 500)]],
];

/** Files of more rows are written in one format alone, as it takes long. */
const MANY_ROWS = 10_000;

function otherFormats(): Partial<Hdf5FileOptions>[] {
  const extended = new Spool(join(folder, `${count++}.spool`));
  return [{ layout: 'root' }, { compression: { gzip: 1 } }, { format: { extended } }];
}

describe('dates that are those of the timestamps', () => {
  it.each(CASES)('are as if they had come as texts: %s', (_case, steps) => {
    const asTexts = steps.map((step) => ('close' in step ? step : withTexts(step)));
    const rows = steps.reduce((sum, step) => sum + ('close' in step ? 0 : step.rows), 0);
    const formats: Partial<Hdf5FileOptions>[] = [{}, ...(rows > MANY_ROWS ? [] : otherFormats())];
    for (const options of formats) {
      const group = options.layout === 'root' ? '/X' : '/data/X';
      const { dates, times, layout } = found(write(steps, options), group);
      const expected = found(write(asTexts, options), group);
      expect(layout).toEqual(expected.layout);
      expect(times).toEqual(expected.times);
      expect(dates.findIndex((date, i) => date !== expected.dates[i])).toBe(-1);
      expect(dates.length).toBe(expected.dates.length);
    }
  });

  it('are those of a block that waited', () => {
    const spool = new Spool(join(folder, `${count++}.spool`));
    const kept = spoolBlock(spool, blockFrom(5, 1000), 1);
    const { dates } = found(write([new BlockLoader(spool).load(kept, HEADER)]), '/data/X');
    spool.close();
    expect(dates).toEqual(found(write([withTexts(blockFrom(5, 1000))]), '/data/X').dates);
  });

  it.runIf(HAS_H5PY)('are the timestamps to h5py, with offset and all nine digits', () => {
    const path = write([blockFrom(0, 6000)], { entry: { title: 'x' } });
    const lines = [
      'import warnings; warnings.simplefilter("ignore")',
      'g = f["data/X"]',
      'dates = np.array([d.decode() for d in g["global_date"][()]], dtype="datetime64[ns]")',
      'same = bool((dates.astype(np.int64) == g["timestamp"][()]).all())',
      'print(json.dumps([same, len(dates), h5py.check_string_dtype(g["global_date"].dtype).encoding]))',
    ];
    expect(askH5py(path, lines)).toEqual([true, 6000, 'utf-8']);
  });
});
