import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ELEMENT_TYPES, type ElementType } from '../encoding/element-type.js';
import { Hdf5File, type Hdf5FileOptions } from './hdf5-file.js';
import type { ChannelEnding } from './layout/channel-ending.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { BEGIN } from './nexus/plotted-file.fixture.js';
import { askH5py, HAS_H5DUMP, HAS_H5PY } from './python.fixture.js';
import { readContents } from './read/file-contents.js';
import { blockOf, GENERAL, type TestRow } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'plain-'));
let library: Hdf5Library;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Channel {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly rows: number;
  /** Every which row is absent. */
  readonly absent?: number;
  /** Dates come as texts. */
  readonly isDated?: boolean;
}

function rowsOf({ type, shape, rows, absent = Infinity, isDated }: Channel): TestRow[] {
  const elements = shape.reduce((product, length) => product * length, 1);
  const most = type === 'bool' ? 2 : 100;
  return Array.from({ length: rows }, (_, i) => ({
    pulseId: 3 * i,
    timestamp: BEGIN + 10_000_000n * BigInt(i),
    date: isDated ? `on day ${i}, ${'é'.repeat(i % 70)}` : undefined,
    present: (i + 1) % absent !== 0,
    value: Array.from({ length: elements }, (__, k) =>
      (i + 1) % absent === 0 ? (type === 'string' ? '' : 0) : (i + k) % most,
    ),
  }));
}

const SCALARS = Object.fromEntries(
  ELEMENT_TYPES.map((type, i) => [`T:${type}`, { type, shape: i % 2 ? [1] : [], rows: 200 + i }]),
);

/** Channels that HDF5 makes no datasets for, and others between them. */
const CHANNELS: Readonly<Record<string, Channel>> = {
  ...SCALARS,
  'ü 😀': { type: 'float64', shape: [1], rows: 5000, absent: 7 },
  FEW: { type: 'int32', shape: [], rows: 3 },
  ABSENT: { type: 'int16', shape: [1], rows: 300, absent: 1 },
  DATED: { type: 'uint8', shape: [], rows: 900, isDated: true },
  // More than is copied, and than is collected of one channel.
  LONG: { type: 'float64', shape: [50, 20], rows: 140 },
  LONGER: { type: 'float64', shape: [500], rows: 1100 },
  // Dates that fit nowhere else.
  MANY: { type: 'int8', shape: [1], rows: 40_000 },
  NONE: { type: 'float64', shape: [1], rows: 0 },
  LAST: { type: 'uint64', shape: [2], rows: 130 },
};

const ENDINGS = new Map<string, ChannelEnding>([
  [
    'T:int32',
    {
      attributes: { text: 'é', number: 0.5, integer: -3n, texts: ['a', '', 'c'], empty: '' },
      units: 'mm',
      description: 'what it is',
    },
  ],
  ['FEW', { attributes: { problem: 'few' }, units: 's' }],
  ['LONG', { units: 'V', description: 'x'.repeat(5000) }],
]);

/** @param parts of which the rows come; with two of them HDF5 makes the datasets, in chunks */
function write(
  path: string,
  parts: number,
  options: Partial<Hdf5FileOptions>,
  channels = CHANNELS,
): void {
  const file = Hdf5File.create(library, { path, general: GENERAL, format: 'compact', ...options });
  for (const [name, channel] of Object.entries(channels)) {
    const { type, shape, isDated } = channel;
    const all = rowsOf(channel);
    const half = Math.max(1, Math.ceil(all.length / parts));
    for (let first = 0; first === 0 || first < all.length; first += half) {
      const rows = all.slice(first, first + half);
      const writer = file.openChannel({ name, type, shape });
      const block = blockOf(type, shape, rows);
      if (rows.length > 0) writer.append(isDated ? block : { ...block, globalDates: undefined });
      writer.close(Math.max(0, all.length - first - half));
    }
  }
  file.finish({ request_id: 'r-1' }, ENDINGS);
}

const PLOTTED = { entry: { title: 'a.h5' } };

describe.runIf(HAS_H5PY)('channels that HDF5 makes no datasets for', () => {
  it.each<[string, Partial<Hdf5FileOptions>]>([
    ['without plots', {}],
    ['with plots', PLOTTED],
    ['at the root', { layout: 'root' }],
    ['of a compressed file', { ...PLOTTED, compression: { gzip: 1 } }],
  ])('are as if it had made them: %s', (name, options) => {
    const [plain, made] = ['plain', 'made'].map((each) => join(folder, `${name} ${each}.h5`));
    write(plain, 1, options);
    write(made, 2, options);
    const answer = askH5py(plain, [
      `g = h5py.File(${JSON.stringify(made)}, 'r')`,
      'def same(a, b):',
      '  if sorted(a.attrs) != sorted(b.attrs): return False',
      '  for n in a.attrs:',
      "    if n in ('DIMENSION_LIST', 'REFERENCE_LIST'): continue",
      '    if not np.array_equal(a.attrs[n], b.attrs[n]) or type(a.attrs[n]) != type(b.attrs[n]): return False',
      '    if a.attrs.get_id(n).shape != b.attrs.get_id(n).shape: return False',
      '  if isinstance(a, h5py.Group): return list(a) == list(b)',
      '  return a.dtype == b.dtype and a.id.get_type() == b.id.get_type() and a.shape == b.shape and np.array_equal(a[()], b[()])',
      'def walk(g):',
      '  yield g',
      '  for c in g.values():',
      '    if isinstance(c, h5py.Group): yield from walk(c)',
      '    else: yield c',
      'names = [o.name for o in walk(f)]',
      'print(json.dumps({',
      "  'names': names == [o.name for o in walk(g)] and len(names),",
      "  'different': [n for n in names if not same(f[n], g[n])],",
      "  'chunked': sorted(set(n.split('/')[-2] for n in names if isinstance(f[n], h5py.Dataset) and f[n].chunks)),",
      '}))',
    ]) as { names: number; different: string[]; chunked: string[] };
    expect(answer.different).toEqual([]);
    expect(answer.names).toBeGreaterThan(100);
    // Of these it has made all, as they are compressed.
    expect(answer.chunked).toEqual(
      'compression' in options ? expect.arrayContaining(['LONGER']) : ['LONGER'],
    );
    const { channels } = readContents(library, plain);
    expect(channels.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('are found in a file of hundreds, which has no holes', () => {
    const path = join(folder, 'many.h5');
    const names = Array.from({ length: 400 }, (_, i) => `${i % 3 ? 'C' : 'ä'}${i}`);
    const one = { type: 'float64', shape: [1], rows: 120 } as const;
    write(path, 1, {}, Object.fromEntries(names.map((name) => [name, one])));
    const answer = askH5py(path, [
      "d = f['data']",
      "print(json.dumps([len(d), list(d) == sorted(d, key=lambda n: n.encode()), sum(c['data'][:, 0].sum() for c in d.values()),",
      "  f['data/ä399/global_date'].asstr()[0]]))",
    ]);
    const sum = 400 * rowsOf(one).reduce((all, { value }) => all + Number(value[0]), 0);
    expect(answer).toEqual([400, true, sum, expect.stringMatching(/^2018-06-08T.*51\.551143344/)]);
    // Of a row 8 + 8 + 8 + 1 bytes, and 72 of its date; of a channel five headers and a group.
    expect(statSync(path).size).toBeLessThan(400 * (120 * 98 + 3500) + 20_000);
  });

  it.runIf(HAS_H5DUMP)('are seen by h5dump, also in the copy that h5repack makes', () => {
    const path = join(folder, 'dumped.h5');
    write(path, 1, PLOTTED);
    const dump = (file: string) =>
      execFileSync('h5dump', ['-g', '/data/T:int32', file], { encoding: 'utf8' })
        .split('\n')
        .slice(1)
        .join('\n');
    const text = dump(path);
    expect(text).toContain('H5T_STD_I32LE');
    execFileSync('h5repack', [path, `${path}.copy`]);
    expect(dump(`${path}.copy`)).toBe(text);
  });
});
