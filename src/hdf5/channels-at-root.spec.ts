import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from './library/hdf5-library.js';
import { type TestChannel, rowsAt, upTo, writePlotted } from './nexus/plotted-file.fixture.js';
import { askH5py, askPython, hasPython, HAS_H5PY } from './python.fixture.js';
import { readContents } from './read/file-contents.js';
import { inspectFile } from './read/inspect.js';
import { GENERAL } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'root-'));
let library: Hdf5Library;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

const DATASETS = ['data', 'global_date', 'is_data_present', 'pulse_id', 'timestamp'];

/** Names that are groups or datasets of other layouts among them. */
const CHANNELS: Readonly<Record<string, TestChannel>> = {
  'S:A-B': { type: 'float64', shape: [1], parts: [rowsAt(upTo(5), (id) => [id])] },
  data: { type: 'int32', shape: [], parts: [rowsAt(upTo(3, 2), (id) => [id])] },
  general: { type: 'int8', shape: [1], parts: [rowsAt([1], () => [1])] },
  entry: { type: 'string', shape: [1], parts: [rowsAt([4], () => ['x'])] },
  pulse_id: { type: 'uint16', shape: [3, 2], parts: [rowsAt([0, 1], () => upTo(6))] },
};

describe.each(['compact', 'extended'])('a file with channels at its root, %s', (format) => {
  const path = join(folder, `${format}.h5`);
  const isExtended = format === 'extended';

  beforeAll(() => writePlotted(library, CHANNELS, { path, isExtended, layout: 'root' }));

  it('has nothing else, and says so', () => {
    const { groups, datasets } = inspectFile(library, path);
    const names = Object.keys(CHANNELS);
    expect(new Set(groups.map((group) => group.path))).toEqual(
      new Set(['/', ...names.map((name) => `/${name}`)]),
    );
    expect(new Set(datasets.map((dataset) => dataset.path))).toEqual(
      new Set(names.flatMap((name) => DATASETS.map((dataset) => `/${name}/${dataset}`))),
    );
    expect(groups[0].attributes).toEqual({ layout: 'root', ...GENERAL, request_id: 'r-1' });
  });

  it('is read with all that a channel of ours has', () => {
    const { channels } = readContents(library, path);
    const rows = Object.fromEntries(channels.map((channel) => [channel.name, channel.rows]));
    expect(rows).toEqual(
      isExtended
        ? { 'S:A-B': 5, data: 5, general: 5, entry: 5, pulse_id: 5 }
        : { 'S:A-B': 5, data: 3, general: 1, entry: 1, pulse_id: 2 },
    );
    expect(channels.flatMap(({ faults }) => faults)).toEqual([]);
    const [slow] = channels.filter(({ name }) => name === 'data');
    expect(slow).toMatchObject({ rows_without_point: isExtended ? 2 : 0, pulse_step: 2 });
  });

  it.runIf(HAS_H5PY)('is one of channels alone to readers that take each group for one', () => {
    const answer = askH5py(path, [
      "print(json.dumps({name: [len(g['data']), g['pulse_id'][:].tolist(), str(g['is_data_present'].dtype)]",
      '  for name, g in f.items()}))',
    ]) as Record<string, unknown>;
    expect(Object.keys(answer).sort()).toEqual(Object.keys(CHANNELS).sort());
    expect(answer['S:A-B']).toEqual([5, [0, 1, 2, 3, 4], 'bool']);
  });

  it.runIf(hasPython('silx.io'))('can be walked through by silx', () => {
    const names = askPython(
      [
        'import json, sys, silx.io',
        "print(json.dumps(sorted(n for n, g in silx.io.open(sys.argv[1]).items() if len(g['data'][()]))))",
      ],
      path,
    );
    expect(names).toEqual(Object.keys(CHANNELS).sort());
  });
});

it.runIf(HAS_H5PY)('a channel of ours at the root lacks what a program has taken away', () => {
  const path = join(folder, 'torn.h5');
  writePlotted(library, CHANNELS, { path, layout: 'root' });
  askH5py(path, [
    'f.close()',
    "f = h5py.File(sys.argv[1], 'a')",
    "del f['data/is_data_present'], f['data/timestamp']",
    "print('null')",
  ]);
  const { channels } = readContents(library, path, { channels: ['data'] });
  expect(channels).toMatchObject([{ faults: ['has no is_data_present', 'has no timestamp'] }]);
});
