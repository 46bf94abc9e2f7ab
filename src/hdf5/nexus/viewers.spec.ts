import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../library/hdf5-library.js';
import { askH5py, askPython, hasPython, HAS_H5DUMP, HAS_H5PY } from '../python.fixture.js';
import { rowsAt, upTo, writePlotted } from './plotted-file.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'viewers-'));
const path = join(folder, 'compact.h5');
const extended = join(folder, 'extended.h5');
const HAS_SILX = hasPython('silx.io.nxdata');
const HAS_XARRAY = hasPython('xarray, netCDF4, h5netcdf');

beforeAll(async () => {
  const library = await Hdf5Library.load();
  const number = (ids: readonly number[]) => ({ parts: [rowsAt(ids, (id) => [id % 2])] });
  const many = (ids: readonly number[], length: number) => ({
    parts: [rowsAt(ids, (id) => upTo(length).map((i) => (id + i) % 200))],
  });
  const channels = {
    'S:A-B': { type: 'float64', shape: [1], ...number(upTo(50)) },
    SLOW: { type: 'int32', shape: [], ...number(upTo(5, 10)) },
    BOOL: { type: 'bool', shape: [1], ...number(upTo(50)) },
    W: { type: 'float32', shape: [20], ...many(upTo(50), 20) },
    FLAGS: { type: 'bool', shape: [4], parts: [rowsAt(upTo(50), (id) => [0, 1, id % 2, 1])] },
    I: { type: 'uint16', shape: [8, 6], ...many(upTo(50), 48) },
    SQUARE: { type: 'uint16', shape: [6, 6], ...many(upTo(50), 36) },
    CUBE: { type: 'uint8', shape: [2, 3, 4], ...many(upTo(50), 24) },
    TEXT: { type: 'string', shape: [1], parts: [rowsAt(upTo(50), () => ['x'])] },
    EMPTY: { type: 'float64', shape: [1], parts: [] },
  } as const;
  writePlotted(library, channels, { path });
  writePlotted(library, channels, { path: extended, isExtended: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(HAS_SILX)('silx', () => {
  const program = [
    'import json, sys, silx.io',
    'from silx.io.nxdata import NXdata, get_default',
    'file = silx.io.open(sys.argv[1])',
    "plots = {name: NXdata(g) for name, g in file['entry'].items() if hasattr(g, 'items')}",
    'print(json.dumps([get_default(file).group.name, {name: [p.issues, list(p.signal.shape), p.axes_dataset_names,',
    "  'curve' if p.is_curve else 'image' if p.is_image else 'stack' if p.is_stack else None]",
    '  for name, p in plots.items()}]))',
  ];

  it.each(['compact', 'extended'])('plots what can be plotted of %s files', (format) => {
    expect(askPython(program, format === 'compact' ? path : extended)).toEqual([
      '/entry/S:A-B',
      {
        'S:A-B': [[], [50], ['time'], 'curve'],
        SLOW: [[], [5], ['time'], 'curve'],
        BOOL: [[], [50], ['time'], 'curve'],
        W: [[], [50, 20], ['time', 'x'], 'curve'],
        FLAGS: [[], [50, 4], ['time', 'x'], 'curve'],
        I: [[], [50, 6, 8], ['time', 'y', 'x'], 'image'],
        SQUARE: [[], [50, 6, 6], ['time', null, null], 'image'],
        CUBE: [[], [50, 4, 3, 2], ['time', null, null, null], 'stack'],
      },
    ]);
  });
});

describe.runIf(HAS_XARRAY)('xarray', () => {
  it('names the axes of plots, and reads the channels as before', { timeout: 60_000 }, () => {
    const [byGroup, before] = askPython(
      [
        'import json, sys, xarray',
        'def dimensions(group, engine, **more):',
        '  d = xarray.open_dataset(sys.argv[1], group=group, engine=engine, **more)',
        '  return {name: list(v.dims) for name, v in d.variables.items() if v.dims}',
        'print(json.dumps([[',
        "  dimensions('/entry/S:A-B', 'netcdf4'), dimensions('/entry/S:A-B', 'h5netcdf'),",
        "  dimensions('/entry/W', 'netcdf4'), dimensions('/entry/I', 'netcdf4'),",
        "  dimensions('/entry/I', 'h5netcdf', phony_dims='sort')], dimensions('/data/W', 'netcdf4')]))",
      ],
      path,
    ) as [Record<string, string[]>[], Record<string, string[]>];
    expect(byGroup.map(({ data }) => data)).toEqual([
      ['time'],
      ['time'],
      ['time', 'x'],
      ['time', 'y', 'x'],
      ['time', 'y', 'x'],
    ]);
    expect(before.data).toHaveLength(2);
    expect(before.data[0]).toMatch(/^phony/);
    expect(before.pulse_id).toEqual([before.data[0]]);
  });
});

describe.runIf(HAS_H5PY)('h5py', () => {
  it('sees the same objects by both names, and axes by HDF5’s own attributes', () => {
    const answer = askH5py(path, [
      "a, w, i = f['entry/S:A-B'], f['entry/W'], f['entry/I']",
      'is_scale = lambda dataset: h5py.h5ds.is_scale(dataset.id)',
      'print(json.dumps([',
      "  w['data'] == f['data/W/data'], w['time'] == i['time'], w['time'] == a['time'],",
      "  a['data'].dims[0][0] == a['time'], a['data'].attrs['long_name'],",
      "  a['time'].attrs['units'], a['time'].attrs['start'],",
      "  is_scale(a['time']), is_scale(w['x']), is_scale(a['data']),",
      "  sorted(f[r].name for r, _ in f['entry/SLOW/time'].attrs['REFERENCE_LIST']),",
      "  [len(f[c].dims[0]) for c in ('data/W/data', 'data/S:A-B/data', 'data/S:A-B/pulse_id')],",
      "  list(f['data/W/data'].attrs), str(f['entry/BOOL/data'].dtype)]))",
    ]);
    expect(answer).toEqual([
      ...[true, true, true],
      ...[true, 'S:A-B', 's', '2018-06-08T12:04:51.551143344Z', true, true, false],
      ['/entry/SLOW/data'],
      [0, 0, 0],
      [],
      'bool',
    ]);
  });

  it('can go on writing in the file, and remove what it likes', () => {
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const answer = askH5py(copy, [
      'f.close()',
      "with h5py.File(sys.argv[1], 'r+') as g:",
      "  del g['data/W']",
      "  del g['data/S:A-B']",
      "  del g['entry/I']",
      "  g['entry/W'].attrs['note'] = 'x' * 5000",
      "  g['entry/W/more'] = np.arange(1e5)",
      "  g['entry/new/data'] = np.arange(10)",
      "  for i in range(100): g['entry/c%d' % i] = i",
      "f = h5py.File(sys.argv[1], 'r')",
      "print(json.dumps([f['entry/W/data'][49].tolist(), f['entry/S:A-B/data'][:].tolist(),",
      "  f['entry/W/time'][-1], f['data/I/data'][2, 1, 1].tolist(), 'I' in f['entry'],",
      "  f['entry/c99'][()].tolist(), f['entry/W/more'][-1]]))",
    ]);
    expect(answer).toEqual([
      upTo(20).map((i) => 49 + i),
      upTo(50).map((i) => i % 2),
      ...[0.49, 11, false, 99, 99_999],
    ]);
  });

  it('sees nothing else below /data than in a file without plots', () => {
    const names = askH5py(path, [
      'found = []',
      "f['data'].visititems(lambda name, item: found.append([name, list(item.attrs)]))",
      'print(json.dumps(found))',
    ]) as [string, string[]][];
    expect(names.map(([, attributes]) => attributes)).toEqual(names.map(() => []));
    const columns = ['data', 'global_date', 'is_data_present', 'pulse_id', 'timestamp'];
    expect(
      names.filter(([name]) => name.includes('/')).map(([name]) => name.split('/')[1]),
    ).toEqual(upTo(10).flatMap(() => columns));
  });
});

describe.runIf(HAS_H5DUMP)('HDF5’s own tools', () => {
  it('copy each object once, and find all the same in the copy', () => {
    const copy = `${path}.repacked`;
    execFileSync('h5repack', [path, copy]);
    const listed = (file: string) =>
      execFileSync('h5ls', ['-r', file], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
    expect(listed(copy)).toBe(listed(path));
    expect(listed(path)).toContain('/entry/W/data Dataset, same as /data/W/data');
    execFileSync('h5dump', [path], { maxBuffer: 1e8 });
    expect(statSync(copy).size).toBeLessThan(2 * statSync(path).size);
  });
});
