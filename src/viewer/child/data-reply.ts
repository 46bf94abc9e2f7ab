import { basename } from 'node:path';
import type { BrowsedFile } from '../../hdf5/browse/browsed-file.js';
import type { Value } from '../../hdf5/browse/decode-values.js';
import {
  CLASS,
  isBool,
  isComplex,
  isVariable,
  numpyName,
} from '../../hdf5/browse/described-type.js';
import { Elements } from '../../hdf5/browse/elements.js';
import { BadQuestion } from '../../hdf5/browse/errors.js';
import { halfFloat } from '../../encoding/half-float.js';
import {
  type AxisSelection,
  parseSelection,
  shapeOf,
  sizeOf,
} from '../../hdf5/browse/selection.js';
import type { DataFormat, ViewCall } from '../messages.js';
import { cellText, csvLine } from './formats/csv-text.js';
import { arrayText } from './formats/json-text.js';
import { npyHeader } from './formats/npy-header.js';
import { shortFloat32 } from './formats/short-float32.js';
import { LARGEST_TIFF, type SampleFormat, tiffHeader } from './formats/tiff-header.js';
import { savedName } from './saved-name.js';
import { type Reply, inPieces, jsonReply, textPieces } from './reply.js';

type DataCall = ViewCall & { readonly what: 'data' };

const GIB = 1024 ** 3;
const MOST_BYTES = 16 * GIB;
/** In formats that write them as text. */
const MOST_TEXTS = 2 ** 31;

/** The values of a dataset in the format that is asked for. @throws BadQuestion, NotReadableHere, Hdf5Failure */
export function dataReply(file: BrowsedFile, path: string, call: DataCall): Reply {
  const elements = new Elements(file, path);
  const axes = parseSelection(call.selection, elements.shape);
  const shape = call.flatten && shapeOf(axes).length > 0 ? [sizeOf(axes)] : shapeOf(axes);
  const asked = { elements, axes, shape, call, path };
  refuseTooMuch(asked);
  return FORMATS[call.format](asked);
}

interface Asked {
  readonly elements: Elements;
  readonly axes: readonly AxisSelection[];
  readonly shape: readonly number[];
  readonly call: DataCall;
  readonly path: string;
}

const FORMATS: Readonly<Record<DataFormat, (asked: Asked) => Reply>> = {
  json: ({ elements, axes, shape }) => jsonReply(arrayText(shape, elements.values(axes))),
  bin: binReply,
  npy: npyReply,
  csv: csvReply,
  tiff: tiffReply,
};

const BINARY = 'application/octet-stream';

function binReply({ elements, axes, call, path }: Asked): Reply {
  const { type } = elements;
  if (isVariable(type)) throw refusal(path, 'bin', 'values of variable length');
  const widens = call.safe && isHalf(elements);
  const swaps = !call.safe && !type.littleEndian && isNumeric(elements) && type.size > 1;
  const length = countOf(elements, axes) * (widens ? 4 : type.size);
  let blocks: Iterable<Uint8Array> = elements.bytes(axes);
  if (widens) blocks = widened(blocks);
  else if (swaps) blocks = swapped(blocks, type.size);
  return { head: { contentType: BINARY, length }, pieces: inPieces(blocks) };
}

function npyReply({ elements, axes, shape, call, path }: Asked): Reply {
  const { type } = elements;
  const element = type.type === CLASS.array ? type.array_type! : type;
  const isPlain =
    [
      CLASS.integer,
      CLASS.float,
      CLASS.bitfield,
      CLASS.enumeration,
      CLASS.string,
      CLASS.opaque,
    ].some((each) => each === element.type) || isComplex(element);
  if (!isPlain || isVariable(type))
    throw refusal(path, 'npy', 'anything but numbers and texts of fixed length');
  const widens = call.safe && isHalf(elements);
  const dims = type.type === CLASS.array ? (element.shape ?? []) : [];
  const header = npyHeader(widens ? '<f4' : (numpyName(type, 'little') as string), [
    ...shape,
    ...dims,
  ]);
  const length = header.length + countOf(elements, axes) * (widens ? 4 : type.size);
  const blocks = widens ? widened(elements.bytes(axes)) : elements.bytes(axes);
  return {
    head: { contentType: BINARY, length, fileName: savedName(call.file, path, 'npy') },
    pieces: inPieces(after(header, blocks)),
  };
}

function tiffReply({ elements, axes, shape, call, path }: Asked): Reply {
  if (!isNumeric(elements)) throw refusal(path, 'tiff', 'anything but numbers');
  if (shape.length === 0 || shape.length > 2 || shape.includes(0)) {
    throw new BadQuestion(
      `format tiff is for one picture, and this has the shape (${shape.join(', ')}): ` +
        `select one, as selection=0,:,:.`,
    );
  }
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape;
  const { type } = elements;
  const widens = isHalf(elements);
  const size = widens ? 4 : type.size;
  if (rows * columns * size > LARGEST_TIFF - 1024) {
    throw new BadQuestion('format tiff takes 4 GB at most: select less, or use npy.');
  }
  const header = tiffHeader(rows, columns, size, sampleFormat(elements));
  const blocks = widens ? widened(elements.bytes(axes)) : elements.bytes(axes);
  return {
    head: {
      contentType: 'image/tiff',
      length: header.length + rows * columns * size,
      fileName: savedName(call.file, path, 'tiff'),
    },
    pieces: inPieces(after(header, blocks)),
  };
}

function csvReply({ elements, axes, shape, call, path }: Asked): Reply {
  if (shape.length > 2) {
    throw new BadQuestion(
      `format csv is for two dimensions at most, and this has the shape (${shape.join(', ')}): ` +
        `select less, as selection=0,:,:.`,
    );
  }
  const columns = shape.length === 2 ? shape[1] : 1;
  return {
    head: {
      contentType: 'text/csv; charset=utf-8',
      fileName: savedName(call.file, path, 'csv'),
    },
    pieces: textPieces(csvLines(elements, axes, columns)),
  };
}

function* csvLines(
  elements: Elements,
  axes: readonly AxisSelection[],
  columns: number,
): Generator<string> {
  const isFloat32 = elements.type.type === CLASS.float && elements.type.size === 4;
  const short = (value: Value) => cellText(isFloat32 ? shortFloat32(value as number) : value);
  let line: string[] = [];
  for (const block of elements.values(axes)) {
    let text = '';
    for (const value of block) {
      line.push(short(value));
      if (line.length < columns) continue;
      text += csvLine(line);
      line = [];
    }
    yield text;
  }
}

function refuseTooMuch({ elements, axes, call, path }: Asked): void {
  const count = countOf(elements, axes);
  const size = isHalf(elements) ? 4 : elements.type.size;
  const isText = call.format === 'json' || call.format === 'csv';
  if (count * size <= MOST_BYTES && (!isText || count <= MOST_TEXTS)) return;
  const most = `a reply has ${MOST_BYTES / GIB} GiB at most, ${MOST_TEXTS} values in json and csv`;
  throw new BadQuestion(
    `${count} values of ${path} are too many at once: ${most}. Select less, as selection=0:1000.`,
  );
}

function refusal(path: string, format: string, what: string): BadQuestion {
  return new BadQuestion(
    `format ${format} can't hold ${what}, as ${basename(path)} has: use json.`,
  );
}

function isNumeric({ type }: Elements): boolean {
  return (
    type.type === CLASS.integer || type.type === CLASS.float || type.type === CLASS.enumeration
  );
}

function isHalf({ type }: Elements): boolean {
  return type.type === CLASS.float && type.size === 2;
}

function sampleFormat({ type }: Elements): SampleFormat {
  if (type.type === CLASS.float) return 'float';
  return type.signed && !isBool(type) ? 'signed' : 'unsigned';
}

/** A dataset with a null dataspace has none. */
function countOf({ type }: Elements, axes: readonly AxisSelection[]): number {
  return type.shape === null ? 0 : sizeOf(axes);
}

function* after(header: Uint8Array, blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield header;
  yield* blocks;
}

function* widened(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const block of blocks) {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    const wide = new Float32Array(block.length / 2);
    for (let i = 0; i < wide.length; i++) wide[i] = halfFloat(view.getUint16(2 * i, true));
    yield new Uint8Array(wide.buffer);
  }
}

function* swapped(blocks: Iterable<Uint8Array>, size: number): Generator<Uint8Array> {
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += size) block.subarray(at, at + size).reverse();
    yield block;
  }
}
