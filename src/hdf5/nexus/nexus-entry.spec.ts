import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5File } from '../hdf5-file.js';
import { packedBlockOf, packedRun } from '../layout/packed-images.fixture.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { readContents } from '../read/file-contents.js';
import { type FileSummary, inspectFile, readDataset } from '../read/inspect.js';
import { GENERAL } from '../row-blocks.fixture.js';
import {
  type PlottedFileOptions,
  rowsAt,
  type TestChannel,
  upTo,
  writePlotted,
} from './plotted-file.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'nexus-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(
  channels: Readonly<Record<string, TestChannel>>,
  options: Omit<PlottedFileOptions, 'path'> = {},
): string {
  const path = join(folder, `${count++}.h5`);
  writePlotted(library, channels, { path, ...options });
  return path;
}

function valuesOf(path: string, dataset: string): unknown[] {
  return Array.from(readDataset(library, path, dataset));
}

function namesIn(file: FileSummary, group: string): string[] {
  return [...file.groups, ...file.datasets]
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${group}/`))
    .map((path) => path.slice(group.length + 1))
    .filter((name) => !name.includes('/'))
    .sort();
}

function attributesOf(path: string, group: string): unknown {
  return inspectFile(library, path).groups.find((each) => each.path === group)?.attributes;
}

function scalar(pulseIds: readonly number[], absent: readonly number[] = []): TestChannel {
  const rows = rowsAt(pulseIds, (id) => [id + 0.5]).map((row) => ({
    ...row,
    present: !absent.includes(row.pulseId as number),
  }));
  return { type: 'float64', shape: [1], parts: [rows] };
}

function waveform(pulseIds: readonly number[], length: number): TestChannel {
  const rows = rowsAt(pulseIds, (id) => upTo(length).map((i) => id + i));
  return { type: 'float32', shape: [length], parts: [rows] };
}

function image(pulseIds: readonly number[], x: number, y: number): TestChannel {
  const rows = rowsAt(pulseIds, (id) => upTo(x * y).map((i) => id + i));
  return { type: 'uint16', shape: [x, y], parts: [rows] };
}

const SECONDS = (ids: readonly number[]) => ids.map((id) => (id * 10_000_000) / 1e9);

describe('/entry', () => {
  it('plots a scalar against seconds, its values in one dimension', () => {
    const path = write({ 'A-B:C': scalar([3, 4, 5]) });
    expect(attributesOf(path, '/')).toEqual({
      NX_class: 'NXroot',
      default: 'entry',
      request_id: 'r-1',
    });
    expect(attributesOf(path, '/entry')).toEqual({ NX_class: 'NXentry', default: 'A-B:C' });
    expect(attributesOf(path, '/entry/A-B:C')).toEqual({
      NX_class: 'NXdata',
      signal: 'data',
      axes: ['time'],
    });
    expect(valuesOf(path, '/entry/A-B:C/data')).toEqual([3.5, 4.5, 5.5]);
    expect(valuesOf(path, '/entry/A-B:C/time')).toEqual([0, 0.01, 0.02]);
    expect(valuesOf(path, '/data/A-B:C/data')).toEqual([3.5, 4.5, 5.5]);
    expect(valuesOf(path, '/data/A-B:C/timestamp')).toHaveLength(3);
  });

  it('says what the file is', () => {
    const path = write({ A: scalar([3, 4, 500]) });
    expect(valuesOf(path, '/entry/title')).toEqual(['run1.h5']);
    expect(valuesOf(path, '/entry/entry_identifier')).toEqual(['r-1']);
    expect(valuesOf(path, '/entry/start_time')).toEqual(['2018-06-08T12:04:51.581143344Z']);
    expect(valuesOf(path, '/entry/end_time')).toEqual(['2018-06-08T12:04:56.551143344Z']);
  });

  it('plots waveforms and images from the very datasets of /data', () => {
    const path = write({ W: waveform(upTo(4), 6), I: image(upTo(4), 7, 3) });
    expect(attributesOf(path, '/entry/W')).toMatchObject({
      axes: ['time', 'x'],
      interpretation: 'spectrum',
    });
    expect(attributesOf(path, '/entry/I')).toMatchObject({
      axes: ['time', 'y', 'x'],
      interpretation: 'image',
    });
    const { datasets } = inspectFile(library, path);
    const shapes = Object.fromEntries(datasets.map(({ path, shape }) => [path, shape]));
    expect(shapes).toMatchObject({
      '/entry/W/data': [4, 6],
      '/entry/W/x': [6],
      '/entry/I/data': [4, 3, 7],
      '/entry/I/y': [3],
      '/entry/I/x': [7],
      '/entry/I/time': [4],
    });
    expect(valuesOf(path, '/entry/I/data')).toEqual(valuesOf(path, '/data/I/data'));
    expect(valuesOf(path, '/entry/I/title')).toEqual(['I']);
  });

  it('plots images that stay packed', () => {
    const path = join(folder, `${count++}.h5`);
    const options = { path, general: GENERAL, format: 'compact', entry: { title: 't' } } as const;
    const file = Hdf5File.create(library, options);
    const header = { name: 'I', type: 'uint8', shape: [128, 64] } as const;
    const rows = file.openChannel(header, { packed: true });
    const images = [packedRun(255, 8192), undefined, packedRun(0, 8192)];
    rows.appendPacked!(packedBlockOf(5, images));
    rows.close();
    file.finish();
    const values = valuesOf(path, '/entry/I/data');
    expect(values).toEqual(valuesOf(path, '/data/I/data'));
    expect([values.length, values[0], values[8192]]).toEqual([3 * 8192, 255, 0]);
    expect(valuesOf(path, '/entry/I/time')).toEqual([0, 1e-9, 2e-9]);
    expect(attributesOf(path, '/entry')).toEqual({ NX_class: 'NXentry', default: 'I' });
  });

  it('leaves out what can not be plotted', () => {
    const texts = { type: 'string', shape: [1], parts: [rowsAt([1], () => ['x'])] } as const;
    const empty = { type: 'float64', shape: [1], parts: [] } as const;
    const flat = { type: 'int8', shape: [0], parts: [rowsAt([1, 2], () => [])] } as const;
    const file = inspectFile(
      library,
      write({ texts, empty, flat, absent: scalar([1, 2], [1, 2]), A: scalar([1]) }),
    );
    expect(namesIn(file, '/entry')).toEqual([
      'A',
      'end_time',
      'entry_identifier',
      'start_time',
      'title',
    ]);
    expect(namesIn(file, '/data')).toHaveLength(5);
  });

  it('has no samples as an axis of a single waveform, which silx would take for a scatter', () => {
    const path = write({ W: waveform([5], 4), TWO: waveform([5, 6], 4), I: image([5], 3, 2) });
    expect(attributesOf(path, '/entry/W')).toMatchObject({ axes: ['time', '.'] });
    expect(attributesOf(path, '/entry/TWO')).toMatchObject({ axes: ['time', 'x'] });
    expect(attributesOf(path, '/entry/I')).toMatchObject({ axes: ['time', 'y', 'x'] });
  });

  it('leaves out waveforms of which no row has a value', () => {
    const { parts, ...w } = waveform([5, 6], 4);
    const absent = parts.map((rows) => rows.map((row) => ({ ...row, present: false })));
    const path = write({ W: waveform([5, 6], 4), NONE: { ...w, parts: absent } });
    expect(namesIn(inspectFile(library, path), '/entry')).not.toContain('NONE');
    expect(namesIn(inspectFile(library, path), '/entry')).toContain('W');
  });

  it('is there without a channel to plot', () => {
    const path = write({ empty: { type: 'float64', shape: [1], parts: [] } });
    expect(attributesOf(path, '/entry')).toEqual({ NX_class: 'NXentry' });
    expect(namesIn(inspectFile(library, path), '/entry')).toEqual(['entry_identifier', 'title']);
  });

  it('shows no zeros where a scalar has no value', () => {
    const path = write({ A: scalar(upTo(6), [1, 4]), B: scalar(upTo(6)) });
    expect(valuesOf(path, '/entry/A/data')).toEqual([0.5, 2.5, 3.5, 5.5]);
    expect(valuesOf(path, '/entry/A/time')).toEqual(SECONDS([0, 2, 3, 5]));
    expect(valuesOf(path, '/entry/B/time')).toEqual(SECONDS(upTo(6)));
  });

  it('plots against pulse ids where a date is missing', () => {
    const rows = rowsAt([7, 8], () => [1]);
    const dateless = [rows[0], { ...rows[1], timestamp: 0n }];
    const path = write({ A: { type: 'int8', shape: [1], parts: [dateless] } });
    expect(attributesOf(path, '/entry/A')).toMatchObject({ axes: ['pulse_id'] });
    expect(valuesOf(path, '/entry/A/pulse_id')).toEqual([7n, 8n]);
  });

  it('has an axis for each row of an extended file, from whichever channel has the date', () => {
    const path = write(
      { W: waveform(upTo(3, 2), 5), A: scalar(upTo(6)), T: scalar([9]) },
      { isExtended: true },
    );
    expect(valuesOf(path, '/entry/W/time')).toEqual(SECONDS([...upTo(6), 9]));
    expect(valuesOf(path, '/entry/A/time')).toEqual(SECONDS(upTo(6)));
    expect(valuesOf(path, '/entry/T/time')).toEqual(SECONDS([9]));
    expect(valuesOf(path, '/entry/T/data')).toEqual([9.5]);
    expect(valuesOf(path, '/data/T/data')).toEqual([0, 0, 0, 0, 0, 0, 9.5]);
  });

  it.each([
    ['float64', [0.5, -1]],
    ['int64', [-(2n ** 60n), 1n]],
    ['uint64', [2n ** 63n, 0n]],
    ['int8', [-1, 2]],
    ['uint32', [2 ** 32 - 1, 0]],
    ['bool', [1, 0]],
  ] as const)('keeps values of %s as they are', (type, values) => {
    for (const shape of [[], [1], [1, 1]]) {
      const rows = rowsAt([1, 2], () => []).map((row, i) => ({ ...row, value: [values[i]] }));
      const path = write({ A: { type, shape, parts: [rows] } });
      expect(valuesOf(path, '/entry/A/data')).toEqual(values);
      expect(valuesOf(path, '/data/A/data')).toEqual(values);
      const { datasets } = inspectFile(library, path);
      const of = (dataset: string) => datasets.find((each) => each.path === dataset)!;
      expect(of('/entry/A/data')).toMatchObject({ type, shape: [2] });
      expect(of('/data/A/data')).toMatchObject({ type, shape: [2, ...shape] });
    }
  });

  it('goes on with channels that come in pieces', () => {
    const parts = [upTo(5), upTo(9).slice(5), [20]].map((ids) => rowsAt(ids, (id) => [id]));
    const path = write({
      A: { type: 'int32', shape: [1], parts },
      B: { type: 'int32', shape: [1], parts: [parts.flat()] },
    });
    expect(valuesOf(path, '/entry/A/data')).toEqual([...upTo(9), 20]);
    expect(valuesOf(path, '/entry/A/time')).toEqual(SECONDS([...upTo(9), 20]));
    expect(valuesOf(path, '/entry/B/time')).toEqual(SECONDS([...upTo(9), 20]));
  });

  it.each([
    [false, undefined],
    [true, undefined],
    [false, { gzip: 1 }],
  ])('has all of 70,000 rows (extended: %s, compression: %j)', (isExtended, compression) => {
    const ids = upTo(70_000);
    const path = write(
      { A: scalar(ids, [67_000]), B: waveform(ids.slice(0, 3), 4) },
      { isExtended, compression },
    );
    const points = ids.filter((id) => id !== 67_000);
    const data = readDataset(library, path, '/entry/A/data');
    const time = readDataset(library, path, '/entry/A/time');
    expect([data.length, time.length]).toEqual([points.length, points.length]);
    const wrong = points.findIndex((id, i) => data[i] !== id + 0.5 || time[i] !== (id * 1e7) / 1e9);
    expect(wrong).toBe(-1);
  });

  it('lets channels be called as its own entries are', () => {
    const names = ['title', 'start_time', 'time', 'data', '..', 'Ü😀', 'n'.repeat(255), 'x'];
    const path = write(Object.fromEntries(names.map((name) => [name, scalar([1])])));
    for (const name of names) expect(valuesOf(path, `/entry/${name}/data`)).toEqual([1.5]);
    expect(namesIn(inspectFile(library, path), '/entry')).toEqual(
      [...names, 'end_time', 'entry_identifier'].sort(),
    );
  });

  it('has many channels, and one axis for those of the same pulses', () => {
    const fast = Object.fromEntries(upTo(150).map((i) => [`F${i}`, scalar([1, 2, 3])]));
    const slow = Object.fromEntries(upTo(150).map((i) => [`S${i}`, scalar([1, 3])]));
    const before = statSync(write({ F0: fast.F0, S0: slow.S0 })).size;
    const path = write({ ...fast, ...slow });
    for (const name of ['F0', 'F149', 'F77'])
      expect(valuesOf(path, `/entry/${name}/time`)).toEqual([0, 0.01, 0.02]);
    expect(valuesOf(path, '/entry/S149/data')).toEqual([1.5, 3.5]);
    const plain = statSync(write({ ...fast, ...slow }, { entry: undefined })).size;
    const plainBefore = statSync(write({ F0: fast.F0, S0: slow.S0 }, { entry: undefined })).size;
    expect((statSync(path).size - plain - (before - plainBefore)) / 298).toBeLessThan(900);
  });

  it('is no channel to those who read /data', () => {
    const channels = { A: scalar(upTo(5)), W: waveform(upTo(5), 3) };
    const [plotted, plain] = [write(channels), write(channels, { entry: undefined })];
    expect(readContents(library, plotted).channels).toEqual(readContents(library, plain).channels);
    const dataOf = (path: string) =>
      inspectFile(library, path).datasets.filter((each) => each.path.startsWith('/data/'));
    expect(dataOf(plotted)).toEqual(dataOf(plain));
    expect(namesIn(inspectFile(library, plain), '')).toEqual(['', 'data', 'general']);
  });
});
