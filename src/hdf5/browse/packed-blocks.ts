import { fstatSync } from 'node:fs';
import type { Filter, Metadata } from 'h5wasm/node';
import { BitshuffleLz4Unpacker } from '../../encoding/bitshuffle-lz4.js';
import { type ChunkPlace, LaterFormat, chunkPlaces } from '../format/chunk-places.js';
import { readBytes, type ReadAt, readerOf } from '../format/read-bytes.js';
import { signatureAt } from '../format/signature.js';
import type { BrowsedFile } from './browsed-file.js';
import { CLASS } from './described-type.js';
import { NotReadableHere } from './errors.js';
import type { Block } from './selection.js';

const LZ4 = 2;
/** Where options of bitshuffle have its kind of compression. */
const KIND = 4;

/**
 * Blocks of a dataset that was compressed with bitshuffle-LZ4, for which HDF5 has no filter here. Only
 * the chunks of a block are read; zeros stand for chunks that were never written.
 */
export class PackedBlocks {
  private readonly address: number;
  private readonly chunk: Uint8Array;
  private readonly readAt: ReadAt;
  private readonly unpacker = new BitshuffleLz4Unpacker();
  /** The chunk that is in `chunk`. */
  private unpacked: number | undefined;

  /** @throws NotReadableHere when it is compressed otherwise as well */
  constructor(
    file: BrowsedFile,
    private readonly path: string,
    private readonly type: Metadata,
    filters: readonly Filter[],
  ) {
    const { size, littleEndian } = type;
    if (filters.length > 1 || filters[0].cd_values[KIND] !== LZ4) {
      throw new NotReadableHere(path, 'bitshuffle is read with LZ4 and without other filters.');
    }
    const isPlain = [CLASS.integer, CLASS.float, CLASS.enumeration].includes(type.type as never);
    if (!isPlain || !(littleEndian || size === 1)) {
      throw new NotReadableHere(path, 'bitshuffle is read for numbers in little endian.');
    }
    this.chunk = new Uint8Array(
      this.chunkShape.reduce((product, length) => product * length, size),
    );
    this.address = file.addressOf(path);
    this.readAt = readerFrom(file.fd);
  }

  /**
   * The bytes of a block, row-major.
   *
   * @throws NotReadableHere, CorruptData; Error where the file is not what it says
   */
  read(block: Block): Uint8Array {
    try {
      return this.readChunks(block);
    } catch (error) {
      if (!(error instanceof LaterFormat)) throw error;
      const reason = `bitshuffle is read in files of HDF5's earlier formats, and this has ${error.message}.`;
      throw new NotReadableHere(this.path, reason);
    }
  }

  private readChunks(block: Block): Uint8Array {
    const { offset, count, steps } = block;
    const { size } = this.type;
    const out = new Uint8Array(count.reduce((product, length) => product * length, size));
    const end = offset[0] + (count[0] - 1) * steps[0] + 1;
    const start = offset[0] - (offset[0] % this.chunkShape[0]);
    for (const place of chunkPlaces(this.readAt, this.address, { start, end })) {
      const parts = place.offset.map((first, axis) => this.overlap(block, first, axis));
      if (parts.some(({ length }) => length === 0)) continue;
      this.unpack(place);
      copyPart(this.chunk, this.chunkShape, out, count, size, parts);
    }
    return out;
  }

  private get chunkShape(): number[] {
    return this.type.chunks!;
  }

  /** Which positions of the block, on one axis, lie in the chunk that begins at `first`. */
  private overlap({ offset, count, steps }: Block, first: number, axis: number): AxisPart {
    const [from, step] = [offset[axis], steps[axis]];
    const begin = Math.max(0, Math.ceil((first - from) / step));
    const end = Math.min(count[axis], Math.ceil((first + this.chunkShape[axis] - from) / step));
    return { to: begin, from: from + begin * step - first, step, length: Math.max(0, end - begin) };
  }

  private unpack({ address, bytes, filterMask }: ChunkPlace): void {
    if (this.unpacked === address) return;
    this.unpacked = undefined;
    if (bytes > this.chunk.length * 2 + 4096) {
      throw new Error(
        `a chunk of ${this.path} has ${bytes} bytes, more than packing can make of it`,
      );
    }
    const packed = readBytes(this.readAt, address, bytes);
    if (filterMask === 0) this.unpacker.unpack(packed, this.type.size, this.chunk);
    else this.chunk.set(packed.subarray(0, this.chunk.length));
    this.unpacked = address;
  }
}

/** Reads what lies at an address of HDF5's. */
function readerFrom(fd: number): ReadAt {
  const read = readerOf(fd);
  const begin = signatureAt(read, fstatSync(fd).size) ?? 0;
  return (bytes, at) => read(bytes, begin + at);
}

/** Positions on an axis: `length` of them, in the block from `to` on, in the chunk every `step` from `from`. */
interface AxisPart {
  readonly to: number;
  readonly from: number;
  readonly step: number;
  readonly length: number;
}

function copyPart(
  chunk: Uint8Array,
  chunkShape: readonly number[],
  out: Uint8Array,
  outShape: readonly number[],
  size: number,
  parts: readonly AxisPart[],
): void {
  const last = parts.length - 1;
  const copy = (axis: number, source: number, target: number): void => {
    const { to, from, step, length } = parts[axis];
    const first = source * chunkShape[axis] + from;
    const place = target * outShape[axis] + to;
    if (axis < last) {
      for (let i = 0; i < length; i++) copy(axis + 1, first + i * step, place + i);
      return;
    }
    if (step === 1) {
      out.set(chunk.subarray(first * size, (first + length) * size), place * size);
      return;
    }
    for (let i = 0; i < length; i++) {
      const at = (first + i * step) * size;
      out.set(chunk.subarray(at, at + size), (place + i) * size);
    }
  };
  copy(0, 0, 0);
}
