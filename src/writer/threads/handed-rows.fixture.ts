import { FileMaker } from '../../hdf5/handed/file-maker.js';
import type { Partnership } from '../../hdf5/handed/partnership.js';
import type { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { textColumn } from '../../hdf5/row-blocks.fixture.js';
import type { RowBlock } from '../../rows/row-block.js';

/** Rows of a block of 64 KiB of values. */
export const ROWS = 64;
/** Of each row. */
export const VALUES = 128;

/** A block of waveforms. @param first pulse id */
export function block(first: number, value = first): RowBlock {
  const pulseIds = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(first + i));
  return {
    rows: ROWS,
    pulseIds,
    timestamps: pulseIds.map((id) => id * 10n),
    present: new Uint8Array(ROWS).fill(1),
    globalDates: textColumn(Array.from(pulseIds, (id) => `date ${id}`)),
    values: {
      type: 'float64',
      array: Float64Array.from({ length: ROWS * VALUES }, (_, i) => value + i / 7),
    },
  };
}

/** Makes files with a partner that is ready. */
export async function makerWith(library: Hdf5Library, partners: Partnership): Promise<FileMaker> {
  await partners.want();
  return new FileMaker(library, partners);
}

/** The extended format, with a spool file beside a path. */
export function extendedAt(path: string) {
  const memory = new Uint8Array(new SharedArrayBuffer(1024));
  return { extended: { path: `${path}.spool`, memory } };
}
