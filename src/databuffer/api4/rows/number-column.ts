import {
  bytesPerElement,
  type NumericType,
  viewNumericArray,
} from '../../../encoding/element-type.js';
import type { NumericValues } from '../../../rows/row-block.js';
import type { ValueMemory } from '../../../rows/value-memory.js';
import type { StoredFault } from '../../blocks/problem-tally.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import { ARRAY, BIGNUM, BOOL, FLOAT, NEGATIVE, UNSIGNED } from '../cbor/cbor-kinds.js';
import type { CborReader } from '../cbor/cbor-reader.js';
import type { ValueColumn } from './value-column.js';
import { described, misfit, wrongKind, wrongLength } from './value-faults.js';

const TWO_32 = 2 ** 32;

/** Least and largest double that an integer type holds. */
const LIMITS: Partial<Record<NumericType, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1024],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64 - 2048],
  bool: [0, 1],
};

/** Numbers and bools of a fixed size. Nothing is bent to fit: what the type can't hold is a fault. */
export class NumberColumn implements ValueColumn {
  values!: NumericValues;
  readonly rowsAtOnce = Infinity;
  readonly full = false;

  private memory: ValueMemory | undefined;
  /** Address of the first element, where the kernel can write. */
  private address: number | undefined;
  private array!: Float64Array;
  /** The same memory in words, for 64-bit integers. */
  private words!: Uint32Array;
  private readonly limits: readonly [number, number] | undefined;
  private readonly isWide: boolean;
  private readonly rowBytes: number;

  /** @param memories whose memory for values nobody else uses until a block is handed on */
  constructor(
    private readonly type: NumericType,
    private readonly elements: number,
    readonly capacity: number,
    private readonly memories: Api4Memory,
  ) {
    this.limits = LIMITS[type];
    this.isWide = type === 'int64' || type === 'uint64';
    this.rowBytes = elements * bytesPerElement(type);
  }

  begin(): void {
    const { type, capacity, elements } = this;
    const memory = this.memories.valueBytes(capacity * this.rowBytes);
    if (memory === this.memory) return;
    const { buffer, offset } = memory;
    const array = viewNumericArray(type, buffer, offset, capacity * elements);
    this.memory = memory;
    this.address = this.memories.isKernels(memory) ? offset : undefined;
    this.values = { type, array };
    this.array = array as Float64Array;
    this.words = new Uint32Array(buffer, offset, array.byteLength >> 2);
  }

  readRows(reader: CborReader, row: number, count: number): number {
    const { address, elements, type, memories } = this;
    if (address === undefined) return 0;
    const { kernel } = memories;
    const { at, end } = reader;
    const to = address + row * this.rowBytes;
    let rows = elements === 1 ? kernel.read(type, at, end, count, to) : 0;
    if (rows === 0) rows = kernel.readRows(type, at, end, count, elements, to);
    reader.at = kernel.at;
    // Of the next one a part may be there.
    this.written((row + Math.min(rows + 1, count)) * elements);
    return rows;
  }

  readRow(reader: CborReader, row: number): StoredFault | undefined {
    const kind = reader.value();
    const fault = kind === ARRAY ? this.readArray(reader, row) : this.readAlone(reader, kind, row);
    if (fault !== undefined) this.blank(row);
    return fault;
  }

  /** Makes a row zeros. */
  blank(row: number): void {
    this.memory!.clear(row * this.rowBytes, (row + 1) * this.rowBytes);
  }

  /** Elements up to before one may have been written. */
  written(end: number): void {
    this.memory!.written(end * (this.rowBytes / this.elements));
  }

  /** Puts the item whose head was read. @returns why it can't be stored: it is passed over */
  put(reader: CborReader, kind: number, at: number): StoredFault | undefined {
    const { limits } = this;
    if (kind === BOOL) {
      if (this.type !== 'bool') return wrongKind(reader, kind, this.type);
      this.array[at] = reader.bool ? 1 : 0;
      return undefined;
    }
    if (kind === FLOAT) {
      return limits === undefined ? this.store(at, reader.float) : this.putWhole(reader.float, at);
    }
    if (kind === UNSIGNED || kind === NEGATIVE) return this.putInteger(reader, kind, at);
    if (kind === BIGNUM) return misfit('out_of_range', described(reader, kind), this.type);
    return wrongKind(reader, kind, this.type);
  }

  private readAlone(reader: CborReader, kind: number, row: number): StoredFault | undefined {
    const at = row * this.elements;
    const fault = this.put(reader, kind, at);
    this.written(at + 1);
    // A lone null or text says more than that it is one element.
    const isTelling = fault?.code === 'null_value' || fault?.code === 'wrong_type';
    if (this.elements !== 1 && !isTelling) return wrongLength(1, this.elements);
    return fault;
  }

  private readArray(reader: CborReader, row: number): StoredFault | undefined {
    const { elements } = this;
    const { count } = reader;
    const first = row * elements;
    const most = count < 0 ? elements : Math.min(count, elements);
    let fault: StoredFault | undefined;
    let read = 0;
    let isOver = false;
    while (read < most && !(isOver = reader.isOver(count, read))) {
      const run = this.readRun(reader, first + read, most - read);
      read += run;
      if (run > 0) continue;
      const found = this.put(reader, reader.value(), first + read++);
      fault ??= found;
    }
    this.written(first + read);
    if (!isOver) read += this.skipRest(reader, count, read);
    if (elements === 1 && read === 1) return fault;
    return read === elements ? fault : wrongLength(read, elements);
  }

  /** Passes over elements that are too many, to the end of the array. @returns how many */
  private skipRest(reader: CborReader, count: number, read: number): number {
    if (count >= 0) {
      reader.skipAll(count - read);
      return count - read;
    }
    let skipped = 0;
    for (; !reader.isOver(count, read); skipped++) reader.skip();
    return skipped;
  }

  /** Reads elements in a run. @returns how many */
  private readRun(reader: CborReader, first: number, count: number): number {
    const { kernel } = this.memories;
    const { address, type } = this;
    if (count <= 0) return 0;
    const size = this.rowBytes / this.elements;
    const most = address === undefined ? Math.min(count, kernel.valuesBytes / size) : count;
    const to = address === undefined ? kernel.values : address + first * size;
    const read = kernel.read(type, reader.at, reader.end, most, to);
    reader.at = kernel.at;
    if (address === undefined) this.array.set(kernel.view(type, to, read) as Float64Array, first);
    return read;
  }

  /** A number with a fraction or an exponent, where only whole ones are held. */
  private putWhole(value: number, at: number): StoredFault | undefined {
    const [least, largest] = this.limits!;
    if (value >= least && value <= largest && Math.floor(value) === value) {
      return this.isWide ? this.storeWide(at, BigInt(value)) : this.store(at, value);
    }
    if (!Number.isFinite(value)) return misfit('not_finite', String(value), this.type);
    const code = Math.floor(value) === value ? 'out_of_range' : 'not_whole';
    return misfit(code, String(value), this.type);
  }

  private putInteger(reader: CborReader, kind: number, at: number): StoredFault | undefined {
    const { limits, type } = this;
    const { low, high } = reader;
    const isNegative = kind === NEGATIVE;
    if (this.isWide) {
      const fits = isNegative
        ? type === 'int64' && high < 2 ** 31
        : type === 'uint64' || high < 2 ** 31;
      if (!fits) return misfit('out_of_range', described(reader, kind), type);
      // −1 − n is n with all bits turned over.
      this.words[2 * at] = isNegative ? ~low : low;
      this.words[2 * at + 1] = isNegative ? ~high : high;
      return undefined;
    }
    if (limits === undefined) return this.store(at, floatOf(low, high, isNegative));
    const value = high * TWO_32 + low;
    const number = isNegative ? -1 - value : value;
    if (number < limits[0] || number > limits[1]) {
      return misfit('out_of_range', described(reader, kind), type);
    }
    return this.store(at, number);
  }

  private store(at: number, value: number): undefined {
    this.array[at] = value;
  }

  private storeWide(at: number, value: bigint): undefined {
    this.words[2 * at] = Number(BigInt.asUintN(32, value));
    this.words[2 * at + 1] = Number(BigInt.asUintN(32, value >> 32n));
  }
}

/** The double nearest to a whole number of 64 bits. */
function floatOf(low: number, high: number, isNegative: boolean): number {
  if (high < 2 ** 21) return isNegative ? -1 - (high * TWO_32 + low) : high * TWO_32 + low;
  const value = (BigInt(high) << 32n) | BigInt(low);
  return Number(isNegative ? -1n - value : value);
}
