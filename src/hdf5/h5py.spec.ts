import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ElementType } from '../encoding/element-type.js';
import { Spool } from '../rows/spool.js';
import { Hdf5File } from './hdf5-file.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { askH5py, HAS_H5DUMP, HAS_H5PY } from './python.fixture.js';
import { blockOf, GENERAL, type TestRow } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'h5py-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

type Channels = Readonly<
  Record<string, { type: ElementType; shape: readonly number[]; rows: readonly TestRow[] }>
>;

function write(
  channels: Channels,
  format: 'compact' | 'extended' = 'compact',
  general = GENERAL as object,
): string {
  const path = join(folder, `${count++}.h5`);
  const options = {
    path,
    general: { ...GENERAL, ...general },
    format: format === 'compact' ? format : { extended: new Spool(`${path}.spool`) },
  } as const;
  const file = Hdf5File.create(library, options);
  for (const [name, { type, shape, rows }] of Object.entries(channels)) {
    const channel = file.openChannel({ name, type, shape });
    if (rows.length > 0) channel.append(blockOf(type, shape, rows));
    channel.close();
  }
  file.finish({ request_id: 'né', missing_channels: ['A', 'B'] });
  return path;
}

const numbers: TestRow[] = [
  { pulseId: 4, value: [1], date: 'é', timestamp: 5n },
  { pulseId: 5, value: [0], present: false },
  { pulseId: 6, value: [1] },
];

describe.runIf(HAS_H5PY)('h5py', () => {
  it('masks with is_data_present, reads bools as bools and dates as text', () => {
    const path = write({
      B: { type: 'bool', shape: [1], rows: numbers },
      U: { type: 'uint64', shape: [], rows: numbers },
    });
    const answer = askH5py(path, [
      "b, u = f['data/B'], f['data/U']",
      'print(json.dumps([',
      "  str(b['is_data_present'].dtype), str(b['data'].dtype), b['data'].shape, b['data'][:].tolist(),",
      "  u['data'][:][u['is_data_present'][:]].tolist(), u['pulse_id'][u['is_data_present'][:]].tolist(),",
      "  str(u['data'].dtype), u['data'].shape, str(u['pulse_id'].dtype), str(u['timestamp'].dtype),",
      "  u['global_date'].asstr()[:].tolist(), h5py.check_string_dtype(u['global_date'].dtype).encoding,",
      ']))',
    ]);
    expect(answer).toEqual([
      'bool',
      'bool',
      [3, 1],
      [[true], [false], [true]],
      [1, 1],
      [4, 6],
      'uint64',
      [3],
      'int64',
      'int64',
      ['é', '', ''],
      'utf-8',
    ]);
  });

  it('sees the same datatypes as in its own files', () => {
    const path = write({ B: { type: 'bool', shape: [1], rows: numbers } }, 'compact', {
      user: 'Müller ',
    });
    const answer = askH5py(path, [
      "own = h5py.File('own', 'w', driver='core', backing_store=False)",
      "own['bool'] = np.array([True])",
      "own.create_dataset('text', data=['x'], dtype=h5py.string_dtype())",
      "own['ascii'] = np.string_('test')",
      "own.create_dataset('utf8', data='Müller '.encode(), dtype=h5py.string_dtype('utf-8', 8))",
      'def same(a, b): return f[a].id.get_type().encode() == own[b].id.get_type().encode()',
      'print(json.dumps([',
      "  same('data/B/data', 'bool'), same('data/B/is_data_present', 'bool'), same('data/B/global_date', 'text'),",
      "  same('general/process', 'ascii'), same('general/user', 'utf8'), f['general/user'].asstr()[()],",
      ']))',
    ]);
    expect(answer).toEqual([true, true, true, true, true, 'Müller ']);
  });

  it('sees an image of shape [X, Y] as (N, Y, X)', () => {
    const [x, y] = [4, 3];
    const image = Array.from({ length: x * y }, (_, i) => (i % x) + 10 * Math.floor(i / x));
    const path = write({
      'CAM:FPICTURE': { type: 'uint16', shape: [x, y], rows: [{ pulseId: 1, value: image }] },
    });
    const answer = askH5py(path, [
      "d = f['data/CAM:FPICTURE/data']",
      'print(json.dumps([d.shape, int(d[0, 2, 1])]))',
    ]);
    expect(answer).toEqual([[1, y, x], 21]);
  });

  it('finds type and shape of channels without data', () => {
    const path = write({
      F: { type: 'float32', shape: [3, 2], rows: [] },
      S: { type: 'string', shape: [1], rows: [] },
      B: { type: 'bool', shape: [], rows: [] },
    });
    const answer = askH5py(path, [
      "print(json.dumps([[str(f['data'][c]['data'].dtype), f['data'][c]['data'].shape, f['data'][c]['pulse_id'].shape,",
      "  f['data'][c]['is_data_present'][:].tolist(), f['data'][c]['global_date'][:].tolist()] for c in 'FSB']))",
    ]);
    expect(answer).toEqual([
      ['float32', [0, 2, 3], [0], [], []],
      ['object', [0, 1], [0], [], []],
      ['bool', [0], [0], [], []],
    ]);
  });

  it('reads texts, attributes and the extended format', () => {
    const rows = [
      { pulseId: 3, value: ['😀'] },
      { pulseId: 1, value: [''] },
    ];
    const path = write(
      {
        'ü x': { type: 'string', shape: [1], rows },
        N: { type: 'int64', shape: [], rows: numbers },
      },
      'extended',
    );
    const answer = askH5py(path, [
      "s, n = f['data/ü x'], f['data/N']",
      "print(json.dumps([s['data'].asstr()[:].tolist(), s['is_data_present'][:].tolist(), n['data'][:].tolist(),",
      "  n['timestamp'][:].tolist(), s['pulse_id'][:].tolist(), f.attrs['request_id'], f.attrs['missing_channels'].tolist()]))",
    ]);
    expect(answer).toEqual([
      [[''], ['😀'], [''], [''], ['']],
      [true, true, false, false, false],
      [0, 0, 1, 0, 1],
      [0, 0, 5, 0, 0],
      [1, 3, 4, 5, 6],
      'né',
      ['A', 'B'],
    ]);
  });

  it('can go on writing in the file', () => {
    const path = write({ B: { type: 'bool', shape: [], rows: numbers } });
    const answer = askH5py(path, [
      'f.close()',
      "with h5py.File(sys.argv[1], 'r+') as g:",
      "  g['data/B/is_data_present'][1] = True",
      "  g['data/B/data'].attrs['unit'] = 'x' * 5000",
      "  g['data/B/global_date'][2] = 'later'",
      "f = h5py.File(sys.argv[1], 'r')['data/B']",
      "print(json.dumps([f['is_data_present'][:].tolist(), f['data'][:].tolist(), f['global_date'].asstr()[2]]))",
    ]);
    expect(answer).toEqual([[true, true, true], [true, false, true], 'later']);
  });

  const dateOf = (i: number) => (i % 50 === 7 ? '' : `${'é'.repeat(i % 90)} ${i}`);
  const dated = Array.from({ length: 3000 }, (_, i) => ({
    pulseId: i,
    value: [i],
    date: dateOf(i),
  }));
  const DATES =
    "[''.join(['é' * (i % 90), ' ', str(i)]) if i % 50 != 7 else '' for i in range(3000)]";

  it('reads thousands of dates, in whatever order', () => {
    const path = write({ D: { type: 'int32', shape: [], rows: dated } });
    const answer = askH5py(path, [
      "d = f['data/D/global_date']",
      `dates = ${DATES}`,
      'c = h5py.check_string_dtype(d.dtype)',
      'print(json.dumps([d.asstr()[:].tolist() == dates, d.asstr()[::97].tolist() == dates[::97],',
      '  d.asstr()[2999] == dates[2999], c.encoding, c.length, d.shape, d.maxshape, d.chunks]))',
    ]);
    expect(answer).toEqual([true, true, true, 'utf-8', null, [3000], [3000], null]);
  });

  it('reads few and many dates, wherever HDF5 puts them', () => {
    const counts = [113, 114, 300, 850, 900, 1000, 1200, 4000, 115, 700];
    const dates = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        pulseId: i,
        value: [i],
        date: `2018-06-08T14:04:55.${String(i).padStart(9, '0')}+02:00`,
      }));
    const type = { type: 'int32', shape: [] } as const;
    const path = write(
      Object.fromEntries(counts.map((count, i) => [`D${i}`, { ...type, rows: dates(count) }])),
    );
    const answer = askH5py(path, [
      "def wanted(n): return ['2018-06-08T14:04:55.%09d+02:00' % i for i in range(n)]",
      "print(json.dumps([len(d['pulse_id']) if d['global_date'].asstr()[:].tolist() == wanted(len(d['pulse_id'])) else d.name",
      "  for d in (f['data/D%d' % i] for i in range(len(f['data'])))]))",
    ]);
    expect(answer).toEqual(counts);
  });

  it('goes on writing where thousands of dates are', () => {
    const type = { type: 'int32', shape: [], rows: dated } as const;
    const path = write({ D: type, E: type, F: type });
    const answer = askH5py(path, [
      `dates = ${DATES}`,
      'f.close()',
      "with h5py.File(sys.argv[1], 'r+') as g:",
      "  del g['data/E']",
      "  g['data/D/global_date'][5:2000:3] = ['new %d' % i for i in range(5, 2000, 3)]",
      "  dates[5:2000:3] = ['new %d' % i for i in range(5, 2000, 3)]",
      "  g['more'] = np.arange(1e6)",
      "  g['texts'] = ['text %d' % i for i in range(20000)]",
      "f = h5py.File(sys.argv[1], 'r')",
      "print(json.dumps([f['data/D/global_date'].asstr()[:].tolist() == dates,",
      `  f['data/F/global_date'].asstr()[:].tolist() == ${DATES},`,
      "  f['texts'].asstr()[19999], f['more'][-1], list(f['data'])]))",
    ]);
    expect(answer).toEqual([true, true, 'text 19999', 999_999, ['D', 'F']]);
  });

  it('reads 1000 channels', { timeout: 30_000 }, () => {
    const one = { type: 'bool', shape: [1], rows: numbers } as const;
    const path = write(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`C${i}`, one])));
    const answer = askH5py(path, [
      "print(sum(str(c['is_data_present'].dtype) == str(c['data'].dtype) == 'bool' and c['data'].shape == (3, 1)",
      "  and c['data'][0, 0] for c in f['data'].values()))",
    ]);
    expect(answer).toBe(1000);
  });
});

describe.runIf(HAS_H5DUMP)('h5dump', () => {
  it('shows thousands of dates, also of the copy that h5repack makes', () => {
    const rows = Array.from({ length: 2000 }, (_, i) => ({
      pulseId: i,
      value: [i],
      date: i === 3 ? '' : `2018-06-08T14:04:${i}`,
    }));
    const path = write({ D: { type: 'int32', shape: [], rows } });
    const copy = `${path}.copy`;
    execFileSync('h5repack', [path, copy]);
    for (const file of [path, copy]) {
      const options = { encoding: 'utf8', maxBuffer: 1e7 } as const;
      const text = execFileSync('h5dump', ['-d', '/data/D/global_date', file], options);
      expect(text).toContain('STRSIZE H5T_VARIABLE');
      expect(text).toContain('CSET H5T_CSET_UTF8');
      const shown = [...text.matchAll(/"(.*?)"/g)].slice(-rows.length).map(([, date]) => date);
      expect(shown).toEqual(rows.map(({ date }) => date));
    }
  });

  it('shows the enumeration', () => {
    const path = write({ B: { type: 'bool', shape: [], rows: numbers } });
    const text = execFileSync('h5dump', ['-d', '/data/B/is_data_present', path], {
      encoding: 'utf8',
    });
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'H5T_ENUM { H5T_STD_I8LE; "FALSE" 0; "TRUE" 1; }',
    );
    expect(text).toContain('TRUE, FALSE, TRUE');
  });
});
