import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5File } from '../hdf5/hdf5-file.js';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import { readDataset } from '../hdf5/read/inspect.js';
import {
  blockOf,
  firstDifference,
  GENERAL,
  textColumn,
  type TestRow,
} from '../hdf5/row-blocks.fixture.js';
import { MAX_CHANNELS } from '../request/channel.js';
import type { ChannelHeader, RowBlock } from '../rows/row-block.js';
import type { ChannelRows } from '../rows/row-sink.js';
import type { TextColumn } from '../rows/text-column.js';
import { Spool } from '../rows/spool.js';
import { InterleavedChannels } from './interleaved-channels.js';
import { RecordingSink } from './json/recording-sink.fixture.js';

const MIB = 1024 ** 2;

const folder = mkdtempSync(join(tmpdir(), 'interleaved-'));
afterAll(() => rmSync(folder, { recursive: true }));

let spool: Spool;
afterEach(() => spool.close());

function spoolOf(memory: number, path = join(folder, 'spool')): Spool {
  return (spool = new Spool(path, new Uint8Array(memory)));
}

describe('two channels that come interleaved', () => {
  const ELEMENTS = 1024;
  const ROWS = 64;
  const BLOCKS = 40;
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  const header = (name: string): ChannelHeader => ({ name, type: 'float64', shape: [ELEMENTS] });
  const block = blockOf(
    'float64',
    [ELEMENTS],
    Array.from({ length: ROWS }, () => ({ pulseId: 0, value: Array<number>(ELEMENTS).fill(0) })),
  );

  /** The block, filled anew with the rows of one channel that come next. */
  function nextBlock(base: number, number: number) {
    for (let row = 0; row < ROWS; row++) block.pulseIds[row] = BigInt(number * ROWS + row);
    (block.values as { array: Float64Array }).array.fill(base + number);
    return block;
  }

  it.each(['compact', 'extended'])(
    'end in the order asked for in %s format, within the memory budget',
    (format) => {
      const path = join(folder, `${format}.h5`);
      const waiting = spoolOf(MIB);
      const extended = new Spool(join(folder, 'rows'), new Uint8Array(MIB));
      const file = Hdf5File.create(library, {
        path,
        general: GENERAL,
        format: format === 'compact' ? 'compact' : { extended },
      });
      const channels = new InterleavedChannels(file, ['Z', 'A'], waiting);
      // The one that was asked for last is the first to come and the first to end.
      const last = channels.openChannel(header('A'));
      const first = channels.openChannel(header('Z'));
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      for (let number = 0; number < BLOCKS; number++) {
        last.append(nextBlock(1000, number));
        first.append(nextBlock(2000, number));
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      last.close();
      expect(waiting.size).toBeGreaterThan(BLOCKS * ROWS * ELEMENTS * 8);
      expect(channels.headerOf('A')).toMatchObject({ name: 'A' });
      first.close();
      channels.finish();
      most = Math.max(most, process.memoryUsage().arrayBuffers);
      expect(waiting.size).toBe(0);
      file.finish();

      expect(channels.failures).toEqual(new Map());
      expect(most - before).toBeLessThan(8 * MIB);
      for (const [name, base] of [
        ['A', 1000],
        ['Z', 2000],
      ] as const) {
        const pulseIds = readDataset(library, path, `/data/${name}/pulse_id`);
        expect(firstDifference(pulseIds, BLOCKS * ROWS, (i) => BigInt(i))).toBeUndefined();
        const values = readDataset(library, path, `/data/${name}/data`);
        const expected = (i: number) => base + Math.floor(i / ROWS / ELEMENTS);
        expect(firstDifference(values, BLOCKS * ROWS * ELEMENTS, expected)).toBeUndefined();
      }
      const bytes = readFileSync(path);
      const placeOf = (value: number) => bytes.indexOf(Buffer.from(Float64Array.of(value).buffer));
      expect(placeOf(2000)).toBeGreaterThan(0);
      expect(placeOf(2000)).toBeLessThan(placeOf(1000));
    },
  );
});

describe('channels that wait', () => {
  const TYPES = [
    {
      header: { name: 'number', type: 'int16', shape: [3, 2] },
      rows: [
        { pulseId: 1, value: [1, 2, 3, 4, 5, -6], timestamp: 7n, date: 'Monday' },
        { pulseId: 2, value: [0, 0, 0, 0, 0, 0], present: false },
        { pulseId: 2n ** 60n, value: [6, 5, 4, 3, 2, 1], date: '' },
      ],
    },
    {
      header: { name: 'text', type: 'string', shape: [2] },
      rows: [
        { pulseId: 5, value: ['one', ''], date: 'Sunday' },
        { pulseId: 6, value: ['drei', 'vier – 4'] },
      ],
    },
    {
      header: { name: 'absent', type: 'uint64', shape: [2] },
      rows: [{ pulseId: 5, value: [0, 0], present: false }],
    },
    {
      header: { name: 'absent text', type: 'string', shape: [] },
      rows: [{ pulseId: 5, value: [''], present: false }],
    },
    { header: { name: 'flag', type: 'bool', shape: [] }, rows: [{ pulseId: 9, value: [1] }] },
    {
      header: { name: 'no elements', type: 'float32', shape: [0] },
      rows: [{ pulseId: 9, value: [] }],
    },
  ] as const satisfies readonly { header: ChannelHeader; rows: readonly TestRow[] }[];

  it.each([
    ['in memory', MIB],
    ['in the file', 0],
    ['in both', 300],
  ])('have the rows that they came with, %s', (_where, memory) => {
    const direct = new RecordingSink();
    const behind = new RecordingSink();
    const channels = new InterleavedChannels(behind, ['head'], spoolOf(memory));
    const head = channels.openChannel({ name: 'head', type: 'int8', shape: [] });
    for (const { header, rows } of TYPES) {
      const block = blockOf(header.type, header.shape, rows);
      for (const sink of [direct, channels]) {
        const target = sink.openChannel(header);
        target.append(block);
        target.append(block);
        target.close();
      }
    }
    expect(behind.channels.map(({ header }) => header.name)).toEqual(['head']);
    head.close();
    expect(behind.channels.slice(1)).toEqual(direct.channels);
  });

  const HEADER = { type: 'int8', shape: [] } as const;
  const row = (pulseId: number) => blockOf('int8', [], [{ pulseId, value: [pulseId] }]);
  const namesIn = ({ channels }: RecordingSink) => channels.map(({ header }) => header.name);

  it.each([MIB, 0])('keep the names of their values, with %i bytes of memory', (memory) => {
    const labels = ['off', '', 'on'];
    const found: (string | undefined)[] = [];
    const append = (block: RowBlock) => void found.push(...textsIn(block.labels));
    const openChannel = () => ({ append, close: () => undefined });
    const sink = { openChannel, headerOf: () => undefined };
    const channels = new InterleavedChannels(sink, ['A', 'B'], spoolOf(memory));
    const rows = channels.openChannel({ name: 'B', type: 'int16', shape: [], isLabelled: true });
    const values = labels.map((_, i) => ({ pulseId: i, value: [i], present: i !== 1 }));
    rows.append({ ...blockOf('int16', [], values), labels: textColumn(labels) });
    rows.close();
    channels.skip('A');
    expect(found).toEqual(labels);
  });

  it('leave their memory to others when their turn comes', () => {
    const names = Array.from({ length: 20 }, (_, i) => `C${i}`);
    const sink = new RecordingSink();
    const nowhere = join(folder, 'no-folder', 'spool');
    const channels = new InterleavedChannels(sink, names, spoolOf(100, nowhere));
    const open = names.map(() => undefined as ChannelRows | undefined);
    // Two of them wait at any time, of 30 bytes or so each.
    for (let i = 0; i < names.length + 2; i++) {
      if (i < names.length) {
        open[i] = channels.openChannel({ name: names[i], ...HEADER });
        open[i]!.append(row(i));
      }
      open.at(i - 2)?.close();
    }
    expect(names.map((name) => sink.values(name)[0])).toEqual(names.map((_, i) => i));
  });

  it('may be as many as a request can have', () => {
    const names = Array.from({ length: MAX_CHANNELS }, (_, i) => `C${i}`);
    let rows = 0;
    const append = () => void rows++;
    const openChannel = () => ({ append, close: () => undefined });
    const sink = { openChannel, headerOf: () => undefined };
    const channels = new InterleavedChannels(sink, names, spoolOf(MIB));
    const block = row(1);
    // Nine of them are ahead of the first one.
    const waiting: ChannelRows[] = [];
    for (const name of names) {
      channels.headerOf(name);
      const channel = channels.openChannel({ name, ...HEADER });
      channel.append(block);
      waiting.push(channel);
      if (waiting.length === 10) for (const each of waiting.splice(0).reverse()) each.close();
    }
    expect(rows).toBe(names.length);
  });

  it('come behind those that nobody has to wait for', () => {
    const sink = new RecordingSink();
    const channels = new InterleavedChannels(sink, ['A', 'B', 'C', 'A'], spoolOf(MIB));
    const other = channels.openChannel({ name: 'other', ...HEADER });
    const c = channels.openChannel({ name: 'C', ...HEADER });
    c.append(row(1));
    other.append(row(2));
    expect(namesIn(sink)).toEqual([]);
    channels.skip('A');
    expect(namesIn(sink)).toEqual([]);
    channels.skip('B');
    expect(namesIn(sink)).toEqual(['C']);
    c.append(row(3));
    expect(sink.values('C')).toEqual([1, 3]);
    c.close();
    expect(sink.values('other')).toEqual([2]);
    channels.finish();
    expect(sink.channels.every(({ closed }) => closed)).toBe(true);
  });

  it('take more rows after they were closed, behind all others', () => {
    const sink = new RecordingSink();
    const channels = new InterleavedChannels(sink, ['A', 'B'], spoolOf(MIB));
    const piece = (name: string, pulseId: number) => {
      const rows = channels.openChannel({ name, ...HEADER });
      rows.append(row(pulseId));
      rows.close();
    };
    piece('B', 1);
    piece('B', 2);
    expect(channels.headerOf('B')).toMatchObject({ type: 'int8' });
    expect(channels.headerOf('A')).toBeUndefined();
    piece('A', 3);
    piece('A', 4);
    channels.finish();
    expect(sink.values('A')).toEqual([3, 4]);
    expect(sink.values('B')).toEqual([1, 2]);
    expect(channels.headerOf('B')).toMatchObject({ type: 'int8' });
  });

  it.each(['open', 'append'] as const)('can be refused at last, at %s; others go on', (when) => {
    const sink = new RecordingSink({ A: when, B: when });
    const channels = new InterleavedChannels(sink, ['A', 'B', 'C'], spoolOf(MIB));
    const open = ['C', 'B', 'A'].map((name) => channels.openChannel({ name, ...HEADER }));
    for (const pulseId of [1, 2]) for (const rows of open) rows.append(row(pulseId));
    for (const rows of open) rows.close();
    channels.finish();
    expect([...channels.failures.keys()]).toEqual(['A', 'B']);
    expect(channels.failures.get('B')).toMatchObject({ code: 'not_storable' });
    expect(sink.values('C')).toEqual([1, 2]);
    expect(spool.size).toBe(0);
  });

  it('end with the disk’s error where it can’t take them', () => {
    const path = join(folder, 'no-folder', 'spool');
    const channels = new InterleavedChannels(new RecordingSink(), ['A', 'B'], spoolOf(0, path));
    const rows = channels.openChannel({ name: 'B', ...HEADER });
    expect(() => rows.append(row(1))).toThrow('ENOENT');
    expect(existsSync(path)).toBe(false);
  });
});

function textsIn(column: TextColumn | undefined): string[] {
  const { bytes, ends } = column!;
  return [...ends].map((end, i) => Buffer.from(bytes.subarray(ends[i - 1] ?? 0, end)).toString());
}
