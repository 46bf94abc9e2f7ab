import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputLayout } from '../request/output-layout.js';
import type { ChannelHeader } from '../rows/row-block.js';
import { Spool } from '../rows/spool.js';
import { Hdf5File } from './hdf5-file.js';
import { packedRun } from './layout/packed-images.fixture.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { rowsAt, upTo } from './nexus/plotted-file.fixture.js';
import { askH5py, HAS_H5PY } from './python.fixture.js';
import { blockOf, GENERAL } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'described-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

const ENDING = {
  units: 'µm',
  description: 'Größe '.repeat(100),
  attributes: { problems: ['few'] },
};
const HEADERS: readonly ChannelHeader[] = [
  { name: 'SCALAR', type: 'float64', shape: [1] },
  { name: 'BOOL', type: 'bool', shape: [1] },
  { name: 'WAVEFORM', type: 'int32', shape: [5] },
  { name: 'BOOLS', type: 'bool', shape: [5] },
  { name: 'TEXT', type: 'string', shape: [1] },
  { name: 'ENUM', type: 'int16', shape: [1], isLabelled: true },
  { name: 'EMPTY', type: 'int16', shape: [1] },
];
const NAMES = [...HEADERS.map(({ name }) => name), 'IMAGE'];

function write(format: 'compact' | 'extended', layout: OutputLayout = 'data', rows = 4): string {
  const path = join(folder, `${count++}.h5`);
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: format === 'extended' ? { extended: new Spool(`${path}.spool`) } : format,
    layout,
    ...(layout === 'data' && { entry: { title: 'x' } }),
  });
  for (const header of HEADERS) {
    const channel = file.openChannel(header);
    const [elements] = header.shape;
    const own = rowsAt(header.name === 'EMPTY' ? [] : upTo(rows), (id) =>
      Array(elements).fill(id % 2),
    );
    const labels = header.isLabelled ? { labels: ['on'] } : {};
    if (own.length > 0) {
      channel.append(
        blockOf(
          header.type,
          header.shape,
          own.map((row) => ({ ...row, ...labels })),
        ),
      );
    }
    channel.close();
  }
  const image: ChannelHeader = { name: 'IMAGE', type: 'uint8', shape: [64, 64] };
  const images = file.openChannel(image, { packed: true });
  const { values: _none, ...columns } = blockOf(
    'uint8',
    [],
    rowsAt([1], () => [0]),
  );
  if (images.appendPacked) images.appendPacked({ ...columns, packed: [packedRun(255, 4096)] });
  images.close();
  file.finish({}, new Map([...NAMES, 'NOT THERE'].map((name) => [name, ENDING])));
  return path;
}

describe.runIf(HAS_H5PY)('units and descriptions', () => {
  it.each([
    ['compact', 'data'],
    ['compact', 'root'],
    ['extended', 'data'],
  ] as const)('are attributes of each data: %s, %s', (format, layout) => {
    const group = layout === 'root' ? '' : 'data/';
    const answer = askH5py(write(format, layout), [
      'c = {}',
      `for n in ${JSON.stringify(NAMES)}:`,
      `  g = f['${group}' + n]`,
      "  c[n] = [g['data'].attrs['units'], g['data'].attrs['description'], list(g.attrs['problems'])]",
      "  assert [k for k in g if k != 'data' and len(g[k].attrs)] == []",
      // Packed images need a filter that not every machine has.
      "  g['global_date'][:], n == 'IMAGE' or g['data'][:]",
      `print(json.dumps([c, str(f['${group}BOOL/data'].dtype), f['${group}BOOLS/data'][1].tolist()]))`,
    ]);
    const found = [ENDING.units, ENDING.description, ENDING.attributes.problems];
    expect(answer).toEqual([
      Object.fromEntries(NAMES.map((name) => [name, found])),
      'bool',
      Array(5).fill(true),
    ]);
  });

  it.each([4, 70_000])('are with what is plotted, of %i rows, and go with neither', (rows) => {
    const path = write('compact', 'data', rows);
    const answer = askH5py(path, [
      "plots = [n for n in f['entry'] if isinstance(f['entry'][n], h5py.Group)]",
      "units = {n: f['entry'][n]['data'].attrs['units'] for n in plots}",
      "own = 'description' in f['entry/SCALAR/data'].attrs",
      'f.close()',
      "with h5py.File(sys.argv[1], 'r+') as g:",
      "  for n in ('SCALAR', 'BOOL', 'ENUM', 'WAVEFORM'): del g['data'][n]",
      "f = h5py.File(sys.argv[1], 'r')",
      "after = {n: f['entry'][n]['data'].attrs['units'] for n in plots}",
      "print(json.dumps([units, after == units, own, f['entry/SCALAR/data'].shape[0]]))",
    ]);
    const names = ['BOOL', 'BOOLS', 'ENUM', 'IMAGE', 'SCALAR', 'WAVEFORM'];
    expect(answer).toEqual([
      Object.fromEntries(names.map((name) => [name, 'µm'])),
      ...[true, false, rows],
    ]);
  });
});
