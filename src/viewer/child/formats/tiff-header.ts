/** How the numbers of a picture are to be understood, TIFF's SampleFormat. */
export type SampleFormat = 'unsigned' | 'signed' | 'float';

const FORMATS: Readonly<Record<SampleFormat, number>> = { unsigned: 1, signed: 2, float: 3 };

const SHORT = 3;
const LONG = 4;
const ENTRY_SIZE = 12;
const HEADER_SIZE = 8;
const BLACK_IS_ZERO = 1;

/** Bytes of a TIFF file at most: what lies where is told in four bytes. */
export const LARGEST_TIFF = 2 ** 32 - 1;

/**
 * All that lies before the pixels of a picture with one value each, as TIFF 6.0 has it: little endian, not packed,
 * in one strip.
 */
export function tiffHeader(
  rows: number,
  columns: number,
  bytesPerPixel: number,
  format: SampleFormat,
): Buffer {
  const bytes = rows * columns * bytesPerPixel;
  const entries: (readonly [tag: number, type: number, value: number])[] = [
    [256, LONG, columns],
    [257, LONG, rows],
    [258, SHORT, 8 * bytesPerPixel],
    [259, SHORT, 1],
    [262, SHORT, BLACK_IS_ZERO],
    [273, LONG, 0],
    [277, SHORT, 1],
    [278, LONG, rows],
    [279, LONG, bytes],
    [339, SHORT, FORMATS[format]],
  ];
  const size = HEADER_SIZE + 2 + entries.length * ENTRY_SIZE + 4;
  // Numbers of eight bytes are to lie at a multiple of it.
  const header = Buffer.alloc(size + ((8 - (size % 8)) % 8));
  header.write('II*\0', 'latin1');
  header.writeUInt32LE(HEADER_SIZE, 4);
  header.writeUInt16LE(entries.length, HEADER_SIZE);
  for (const [i, [tag, type, value]] of entries.entries()) {
    const at = HEADER_SIZE + 2 + i * ENTRY_SIZE;
    header.writeUInt16LE(tag, at);
    header.writeUInt16LE(type, at + 2);
    header.writeUInt32LE(1, at + 4);
    const isPlace = tag === 273;
    if (type === SHORT) header.writeUInt16LE(value, at + 8);
    else header.writeUInt32LE(isPlace ? header.length : value, at + 8);
  }
  return header;
}
