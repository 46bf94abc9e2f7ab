import { newNumericArray, type ElementType, type NumericArray } from '../encoding/element-type.js';
import { elementsPerValue, type RowBlock } from '../rows/row-block.js';
import type { TextColumn } from '../rows/text-column.js';

/** One row as a test writes it down; left out: timestamp 0, no date, present. */
export interface TestRow {
  readonly pulseId: number | bigint;
  readonly value: readonly (number | bigint | string)[];
  readonly timestamp?: bigint;
  readonly date?: string;
  readonly present?: boolean;
  /** Of each element, in a labelled channel. */
  readonly labels?: readonly string[];
}

export const GENERAL = { created: 'now', instrument: 'here', process: 'test', user: 'me' } as const;

/** The block of some rows, in arrays that are longer than need be. */
export function blockOf(
  type: ElementType,
  shape: readonly number[],
  rows: readonly TestRow[],
): RowBlock {
  const flat = rows.flatMap(({ value }) => [...value]);
  if (flat.length !== rows.length * elementsPerValue(shape))
    throw new Error('values do not fit the shape');
  const room = rows.length + 3;
  const pulseIds = new BigInt64Array(room).fill(-7n);
  const timestamps = new BigInt64Array(room).fill(-7n);
  const present = new Uint8Array(room).fill(1);
  for (const [i, row] of rows.entries()) {
    pulseIds[i] = BigInt(row.pulseId);
    timestamps[i] = row.timestamp ?? 0n;
    present[i] = row.present === false ? 0 : 1;
  }
  return {
    rows: rows.length,
    pulseIds,
    timestamps,
    present,
    globalDates: textColumn(rows.map(({ date }) => date ?? '')),
    values:
      type === 'string'
        ? { type, text: textColumn(flat.map(String)) }
        : { type, array: filled(newNumericArray(type, flat.length + 5), flat) },
    ...(rows.some(({ labels }) => labels) && {
      labels: textColumn(rows.flatMap(({ labels, value }) => labels ?? value.map(() => ''))),
    }),
  };
}

export function textColumn(texts: readonly string[]): TextColumn {
  const encoded = texts.map((text) => Buffer.from(text));
  const ends = new Uint32Array(texts.length + 2);
  let end = 0;
  for (const [i, text] of encoded.entries()) ends[i] = end += text.length;
  return { bytes: Buffer.concat([...encoded, Buffer.from('unused')]), ends };
}

function filled(array: NumericArray, values: readonly (number | bigint | string)[]): NumericArray {
  const wide = array instanceof BigInt64Array || array instanceof BigUint64Array;
  for (const [i, value] of values.entries()) array[i] = (wide ? BigInt(value) : value) as never;
  return array;
}

/** First index at which the values are not what is expected: one assertion for millions of values. */
export function firstDifference(
  found: ArrayLike<unknown>,
  length: number,
  expected: (i: number) => unknown,
): number | undefined {
  if (found.length !== length) return Math.min(found.length, length);
  for (let i = 0; i < length; i++) if (!Object.is(found[i], expected(i))) return i;
  return undefined;
}
