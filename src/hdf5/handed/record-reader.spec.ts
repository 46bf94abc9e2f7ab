import { expect, it } from 'vitest';
import { SharedCopies } from '../../concurrency/shared-copies.js';
import type { ChannelHeader, PackedBlock, RowBlock } from '../../rows/row-block.js';
import type { RowSink } from '../../rows/row-sink.js';
import { blockOf } from '../row-blocks.fixture.js';
import { RecordReader } from './record-reader.js';
import { RecordWriter } from './record-writer.js';

const HEADER = { name: 'X', type: 'uint16', shape: [1] } as const;

/** Notes what it is told; blocks as they are at that moment. */
class Notes implements RowSink {
  readonly all: unknown[] = [];

  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }) {
    this.all.push([header, options?.packed]);
    const note = (block: RowBlock | PackedBlock) => void this.all.push(factsOf(block));
    return { append: note, appendPacked: note, close: (more?: number) => void this.all.push(more) };
  }

  headerOf(): undefined {}
}

/** All that lies within a block's rows. */
function factsOf(block: RowBlock | PackedBlock) {
  const { rows, pulseIds, timestamps, present, globalDates } = block;
  return {
    pulseIds: Array.from(pulseIds.subarray(0, rows)),
    timestamps: Array.from(timestamps.subarray(0, rows)),
    present: Array.from(present.subarray(0, rows)),
    ends: globalDates && Array.from(globalDates.ends.subarray(0, rows)),
    dates:
      globalDates &&
      Buffer.from(globalDates.bytes.subarray(0, globalDates.ends[rows - 1])).toString(),
    values:
      'packed' in block
        ? block.packed.map((each) => Buffer.from(each).toString())
        : block.values.type !== 'string' && String(block.values.array.subarray(0, rows)),
  };
}

it('hands on blocks with and without texts for their dates', () => {
  const rows = [3, 4, 5].map((pulseId) => ({ pulseId, value: [pulseId], date: `day ${pulseId}` }));
  const block = blockOf(
    'uint16',
    [1],
    rows.map((row) => ({ ...row, timestamp: 7n })),
  );
  const bare = { ...block, globalDates: undefined };
  const { values: _values, ...columns } = bare;
  const packed = {
    ...columns,
    packed: ['one', 'two', 'and three'].map((text) => Buffer.from(text)),
  };

  const buffer = new SharedArrayBuffer(4096);
  const writer = new RecordWriter(buffer, new SharedCopies());
  writer.open(HEADER, true);
  for (const each of [bare, block, bare]) expect(writer.rows(each, HEADER)).toBe(true);
  writer.packed(packed);
  writer.close(9);
  const notes = new Notes();
  new RecordReader(notes).read(buffer, writer.used);

  const facts = [bare, block, bare, packed].map(factsOf);
  expect(notes.all).toEqual([[HEADER, true], ...facts, 9]);
});
