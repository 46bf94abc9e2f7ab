import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Spool } from '../../rows/spool.js';
import { readContents } from './file-contents.js';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { HAS_H5PY, askH5py } from '../python.fixture.js';
import { blockOf, GENERAL, type TestRow } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'contents-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(
  channels: Record<string, readonly TestRow[]>,
  format: 'compact' | 'extended' = 'compact',
  problems: Record<string, string[]> = {},
): string {
  const path = join(folder, `${count++}.h5`);
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: format === 'compact' ? format : { extended: new Spool(`${path}.spool`) },
  });
  for (const [name, rows] of Object.entries(channels)) {
    const channel = file.openChannel({ name, type: 'float64', shape: [1] });
    if (rows.length > 0) channel.append(blockOf('float64', [1], rows));
    channel.close();
  }
  file.finish(
    { request_id: 'r', request_timestamp: 1.5 },
    new Map(
      Object.entries(problems).map(([name, texts]) => [name, { attributes: { problems: texts } }]),
    ),
  );
  return path;
}

/** Rows with a date, as data buffers have them. */
function rows(pulseIds: readonly number[], absent: readonly number[] = []): TestRow[] {
  return pulseIds.map((pulseId) => ({
    pulseId,
    value: [pulseId],
    timestamp: BigInt(pulseId) + 1n,
    date: 'today',
    present: !absent.includes(pulseId),
  }));
}

function every(step: number, from: number, to: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
}

function contentsOf(pulseIds: readonly number[]) {
  return readContents(library, write({ A: rows(pulseIds) })).channels[0];
}

describe('readContents', () => {
  it('has what each channel says, and what the writer noted', () => {
    const path = write({ A: rows(every(10, 100, 190)), B: [] }, 'compact', {
      A: ['null: 1 point'],
    });
    expect(readContents(library, path)).toEqual({
      attributes: { request_id: 'r', request_timestamp: 1.5 },
      channels: [
        {
          name: 'A',
          rows: 10,
          rows_without_point: 0,
          absent_values: 0,
          first_pulse_id: 100,
          last_pulse_id: 190,
          pulse_step: 10,
          missing_pulses: 0,
          duplicate_pulse_ids: 0,
          unordered_pulse_ids: 0,
          points_without_pulse_id: 0,
          problems: ['null: 1 point'],
          faults: [],
        },
        expect.objectContaining({ name: 'B', rows: 0, first_pulse_id: undefined, faults: [] }),
      ],
      layout: 'data',
    });
  });

  it('counts what is missing at the median rate', () => {
    const holes = every(10, 0, 1000).filter((id) => ![50, 60, 500].includes(id));
    expect(contentsOf(holes)).toMatchObject({ pulse_step: 10, missing_pulses: 3 });
    expect(contentsOf([5])).toMatchObject({ pulse_step: undefined, missing_pulses: 0 });
  });

  it('sees pulse ids that come twice or late', () => {
    expect(contentsOf([1, 2, 2, 5, 3, 4, 2, 6])).toMatchObject({
      rows: 8,
      first_pulse_id: 1,
      last_pulse_id: 6,
      missing_pulses: 0,
      duplicate_pulse_ids: 2,
      unordered_pulse_ids: 3,
    });
  });

  it('tells points without value from rows that only other channels have', () => {
    const path = write({ A: rows(every(1, 0, 99), [7]), B: rows(every(10, 0, 90)) }, 'extended');
    expect(readContents(library, path).channels).toMatchObject([
      { rows: 100, rows_without_point: 0, absent_values: 1, missing_pulses: 0 },
      { rows: 100, rows_without_point: 90, absent_values: 0, pulse_step: 10, missing_pulses: 0 },
    ]);
  });

  it('reads over the ends of its blocks', () => {
    const ids = every(2, 0, 300_000).filter((id) => id !== 131_072);
    expect(contentsOf(ids)).toMatchObject({
      rows: 150_000,
      last_pulse_id: 300_000,
      missing_pulses: 1,
    });
  });

  it.skipIf(!HAS_H5PY)('reads files of others, and says what is no channel', () => {
    const path = write({});
    askH5py(path, [
      'f.close()',
      "f = h5py.File(sys.argv[1], 'w')",
      'def channel(name, present, dates, rows):',
      "    g = f.create_group('data/' + name)",
      "    g['pulse_id'] = np.arange(100, 100 + 2 * len(present), 2, dtype='i8')",
      "    g['is_data_present'] = np.array(present)",
      "    g.create_dataset('global_date', data=dates, dtype=h5py.string_dtype())",
      "    g['data'] = np.zeros((rows, 3))",
      "channel('A', [True, False, True, False], ['x', 'x', 'x', ''], 4)",
      "channel('B', [True], ['x'], 2)",
      "f.create_group('data/C')['pulse_id'] = np.zeros(1, dtype='i8')",
      "f['data/D'] = 1",
      'f.close()',
      "print('null')",
    ]);
    const { attributes, channels } = readContents(library, path);
    expect(attributes).toEqual({});
    expect(channels).toMatchObject([
      { name: 'A', rows: 4, rows_without_point: 1, absent_values: 1, last_pulse_id: 104 },
      { name: 'B', faults: ['has 2 rows of data, 1 of pulse_id'] },
      { name: 'C', faults: ['has no data', 'has no is_data_present', 'has no global_date'] },
      { name: 'D', faults: ['is not a group'] },
    ]);
  });

  it.skipIf(!HAS_H5PY)('finds channels at the root of a file, too', () => {
    const path = write({});
    askH5py(path, [
      'f.close()',
      "f = h5py.File(sys.argv[1], 'w')",
      "for name in ['CAM1:FPICTURE', 'data']:",
      "    f[name + '/pulse_id'] = np.arange(100, 110, 2, dtype='i8')",
      "    f[name + '/timestamp'] = np.arange(5, dtype='u8')",
      "    f[name + '/data'] = np.zeros((5, 4, 3), dtype='u2')",
      "f['TORN:FPICTURE/pulse_id'] = np.arange(3, dtype='i8')",
      'f.close()',
      "print('null')",
    ]);
    expect(readContents(library, path).channels).toMatchObject([
      { name: 'CAM1:FPICTURE', rows: 5, first_pulse_id: 100, pulse_step: 2, faults: [] },
      { name: 'TORN:FPICTURE', rows: 3, faults: ['has no data'] },
      { name: 'data', rows: 5, last_pulse_id: 108, absent_values: 0, faults: [] },
    ]);
  });

  it('reads the named channels alone', () => {
    const path = write({ A: rows([1]), B: rows([1, 2]), C: rows([1]) });
    const { channels } = readContents(library, path, { channels: ['B', 'X'] });
    expect(channels).toMatchObject([{ name: 'B', rows: 2 }]);
  });

  it.skipIf(!HAS_H5PY)('refuses more rows than a file of its size can hold', () => {
    const path = write({});
    askH5py(path, [
      'f.close()',
      "f = h5py.File(sys.argv[1], 'w')",
      "for name, kind in [('data', 'f8'), ('pulse_id', 'i8'), ('timestamp', 'i8')]:",
      "    f.create_dataset('A/' + name, (10**12,), dtype=kind, chunks=(1024,))",
      'f.close()',
      "print('null')",
    ]);
    expect(readContents(library, path).channels).toMatchObject([
      { name: 'A', faults: ['claims 1000000000000 rows, more than the file can hold'] },
    ]);
  });
});
