import {
  bytesPerElement,
  type NumericType,
  viewNumericArray,
} from '../../encoding/element-type.js';
import type { NumericValues } from '../../rows/row-block.js';
import type { ValueMemory } from '../../rows/value-memory.js';
import type { BlockMemory } from '../blocks/block-memory.js';
import type { StoredFault } from '../blocks/problem-tally.js';
import { ARRAY, BIGNUM, BOOL, type CborReader, FLOAT, NEGATIVE, UNSIGNED } from './cbor-reader.js';
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
  readonly full = false;

  private memory: ValueMemory | undefined;
  private array!: Float64Array;
  /** The same memory in words, for 64-bit integers. */
  private words!: Uint32Array;
  private readonly limits: readonly [number, number] | undefined;
  private readonly isWide: boolean;
  private readonly rowBytes: number;

  /** @param blocks whose memory for values nobody else uses until a block is handed on */
  constructor(
    private readonly type: NumericType,
    private readonly elements: number,
    readonly capacity: number,
    private readonly blocks: BlockMemory,
  ) {
    this.limits = LIMITS[type];
    this.isWide = type === 'int64' || type === 'uint64';
    this.rowBytes = elements * bytesPerElement(type);
  }

  begin(): void {
    const { type, capacity, elements } = this;
    const memory = this.blocks.valueBytes(capacity * this.rowBytes);
    if (memory === this.memory) return;
    const array = viewNumericArray(type, memory.buffer, 0, capacity * elements);
    this.memory = memory;
    this.values = { type, array };
    this.array = array as Float64Array;
    this.words = new Uint32Array(memory.buffer, 0, array.byteLength >> 2);
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
    const fault = this.put(reader, kind, row * this.elements);
    // A lone null or text says more than that it is one element.
    const isTelling = fault?.code === 'null_value' || fault?.code === 'wrong_type';
    if (this.elements !== 1 && !isTelling) return wrongLength(1, this.elements);
    if (fault === undefined) this.written(row + 1);
    return fault;
  }

  private readArray(reader: CborReader, row: number): StoredFault | undefined {
    const { elements } = this;
    const { count } = reader;
    let fault: StoredFault | undefined;
    let read = 0;
    const first = row * elements;
    for (; !reader.isOver(count, read); read++) {
      if (read >= elements) reader.skip();
      else fault = this.put(reader, reader.value(), first + read) ?? fault;
    }
    this.written(first + Math.min(read, elements));
    if (elements === 1 && read === 1) return fault;
    return read === elements ? fault : wrongLength(read, elements);
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
