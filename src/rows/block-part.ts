import { viewNumericArray } from '../encoding/element-type.js';
import type { NumericValues, PackedBlock, RowBlock, TextValues } from './row-block.js';
import type { TextColumn } from './text-column.js';

/** Rows of a block from `first` to before `end`, as views of the same memory. */
export function partOf(block: RowBlock, first: number, end: number, elements: number): RowBlock {
  return {
    ...columnsOf(block, first, end),
    values: valuesOf(block.values, first * elements, end * elements),
    ...(block.labels && { labels: textsBetween(block.labels, first * elements, end * elements) }),
  };
}

/** The same of rows that are packed. */
export function packedPartOf(block: PackedBlock, first: number, end: number): PackedBlock {
  return { ...columnsOf(block, first, end), packed: block.packed.slice(first, end) };
}

function columnsOf(block: Omit<RowBlock, 'values'>, first: number, end: number) {
  return {
    rows: end - first,
    pulseIds: block.pulseIds.subarray(first, end),
    timestamps: block.timestamps.subarray(first, end),
    globalDates: block.globalDates && textsBetween(block.globalDates, first, end),
    present: block.present.subarray(first, end),
  };
}

function valuesOf(
  values: NumericValues | TextValues,
  first: number,
  end: number,
): NumericValues | TextValues {
  if (values.type === 'string') return { ...values, text: textsBetween(values.text, first, end) };
  const { type, array } = values;
  const offset = array.byteOffset + first * array.BYTES_PER_ELEMENT;
  return { type, array: viewNumericArray(type, array.buffer, offset, end - first) };
}

function textsBetween({ bytes, ends }: TextColumn, first: number, end: number): TextColumn {
  const start = first === 0 ? 0 : ends[first - 1];
  return {
    bytes: bytes.subarray(start),
    ends: ends.subarray(first, end).map((each) => each - start),
  };
}
