import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InterleavedChannels } from '../databuffer/interleaved-channels.js';
import type { OutputLayout } from '../request/output-layout.js';
import { ChannelFailure } from '../report/errors.js';
import { partOf } from '../rows/block-part.js';
import type { ChannelHeader } from '../rows/row-block.js';
import type { RowSink } from '../rows/row-sink.js';
import { Spool } from '../rows/spool.js';
import { Hdf5File } from './hdf5-file.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { askH5py, HAS_H5PY } from './python.fixture.js';
import { readContents } from './read/file-contents.js';
import { inspectFile, readDataset } from './read/inspect.js';
import { blockOf, GENERAL, type TestRow } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'labelled-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ['OPEN', 'CLOSED', 'größer'];
const ENUM: ChannelHeader = { name: 'E', type: 'int16', shape: [1], isLabelled: true };
const ENUMS: ChannelHeader = { name: 'W', type: 'int16', shape: [3], isLabelled: true };
const NUMBERS: ChannelHeader = { name: 'N', type: 'int16', shape: [1] };

/** Some of its rows have no value. */
function rowsOf({ shape: [elements], isLabelled }: ChannelHeader, pulses: readonly number[]) {
  return pulses.map((pulseId): TestRow => {
    const present = pulseId % 5 !== 4;
    const value = Array.from({ length: elements }, (_, i) => (present ? (pulseId + i) % 3 : 0));
    const labels = value.map((each) => (present ? NAMES[each] : ''));
    return { pulseId, value, present, date: `date ${pulseId}`, ...(isLabelled && { labels }) };
  });
}

const pulsesFrom = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
const flat = (rows: readonly TestRow[]) => ({
  data: rows.flatMap(({ value }) => value.map(Number)),
  label: rows.flatMap(({ labels }) => [...(labels ?? [])]),
});

function create(format: 'compact' | 'extended', layout: OutputLayout = 'data') {
  const path = join(folder, `${count++}.h5`);
  const extended = new Spool(`${path}.spool`, new Uint8Array(1024));
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: format === 'extended' ? { extended } : format,
    layout,
    ...(layout === 'data' && { entry: { title: 'x' } }),
  });
  return { path, file };
}

function add(sink: RowSink, header: ChannelHeader, pulses: readonly number[], more = 0): void {
  const channel = sink.openChannel(header);
  const block = blockOf(header.type, header.shape, rowsOf(header, pulses));
  // In two blocks, the second of which begins within the columns of the first.
  const half = Math.ceil(pulses.length / 2);
  const [elements] = header.shape;
  if (half > 0) channel.append(partOf(block, 0, half, elements));
  if (pulses.length > half) channel.append(partOf(block, half, pulses.length, elements));
  channel.close(more);
}

describe('a channel whose values have names', () => {
  it.each([
    ['compact', 'data'],
    ['compact', 'root'],
    ['extended', 'data'],
    ['extended', 'root'],
  ] as const)('has them beside its data: %s, %s', (format, layout) => {
    const { path, file } = create(format, layout);
    const spool = new Spool(`${path}.waiting`, new Uint8Array(100));
    const inTurn = new InterleavedChannels(file, ['E', 'W', 'N'], spool);
    const [early, all] = [pulsesFrom(1, 8), pulsesFrom(1, 20)];
    // The first one comes last: the others wait in the spool.
    for (const header of [NUMBERS, ENUMS]) add(inTurn, header, all);
    add(inTurn, ENUM, early);
    inTurn.finish();
    spool.close();
    file.finish();

    const group = layout === 'root' ? '' : '/data';
    const read = (dataset: string) => Array.from(readDataset(library, path, `${group}/${dataset}`));
    const blank = { value: [0], labels: [''], pulseId: 0 };
    const ofE = rowsOf(ENUM, early);
    const expected = format === 'compact' ? ofE : [...ofE, ...pulsesFrom(9, 20).map(() => blank)];
    expect({ data: read('E/data'), label: read('E/label') }).toEqual(flat(expected));
    expect({ data: read('W/data'), label: read('W/label') }).toEqual(flat(rowsOf(ENUMS, all)));

    const { datasets } = inspectFile(library, path);
    const shapes = Object.fromEntries(datasets.map(({ path: name, shape }) => [name, shape]));
    expect(shapes[`${group}/W/label`]).toEqual(shapes[`${group}/W/data`]);
    expect(shapes[`${group}/E/label`]).toEqual([expected.length, 1]);
    expect(shapes).not.toHaveProperty([`${group}/N/label`]);
    const { channels } = readContents(library, path);
    expect(channels.map(({ name, faults }) => [name, faults])).toEqual(
      ['E', 'N', 'W'].map((name) => [name, []]),
    );
  });

  it.each(['compact', 'extended'] as const)('goes on: %s', (format) => {
    const { path, file } = create(format);
    add(file, ENUMS, pulsesFrom(1, 7), 10);
    add(file, NUMBERS, pulsesFrom(1, 7));
    add(file, ENUMS, pulsesFrom(8, 12));
    file.finish();
    const read = (name: string) => Array.from(readDataset(library, path, `/data/W/${name}`));
    const expected = flat(rowsOf(ENUMS, pulsesFrom(1, 12)));
    expect({ data: read('data'), label: read('label') }).toEqual(expected);
  });

  it('does not go on without them, nor without rows of the first kind', () => {
    const { file } = create('compact');
    add(file, ENUM, [1, 2], 10);
    expect(() => file.openChannel({ ...ENUM, isLabelled: false })).toThrow(ChannelFailure);
    expect(() => file.openChannel({ ...ENUM, isLabelled: undefined })).toThrow('with labels');
    const rows = file.openChannel(ENUM);
    expect(() => rows.append(blockOf('int16', [1], rowsOf(NUMBERS, [3])))).toThrow('no labels');
    file.abort();
  });

  it('has no rows, or none with a value', () => {
    const { path, file } = create('compact');
    add(file, ENUM, []);
    add(file, ENUMS, [4, 9]);
    file.finish();
    const shapes = inspectFile(library, path).datasets.map(({ path: name, shape }) => [
      name,
      shape,
    ]);
    expect(shapes).toContainEqual(['/data/E/label', [0, 1]]);
    expect(Array.from(readDataset(library, path, '/data/W/label'))).toEqual(Array(6).fill(''));
  });

  it.runIf(HAS_H5PY)('is read by h5py as numbers, and as texts', () => {
    const { path, file } = create('compact');
    add(file, ENUM, [1, 2, 3]);
    file.finish();
    const answer = askH5py(path, [
      "data, label = f['data/E/data'], f['data/E/label']",
      'print(json.dumps([str(data.dtype), data[:, 0].tolist(), label.shape,',
      '  h5py.check_string_dtype(label.dtype).encoding, [t.decode() for t in label[:, 0]]]))',
    ]);
    expect(answer).toEqual(['int16', [1, 2, 0], [3, 1], 'utf-8', ['CLOSED', 'größer', 'OPEN']]);
  });
});
