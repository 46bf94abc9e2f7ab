import { BitshuffleLz4Unpacker, unpackedSize } from '../../encoding/bitshuffle-lz4.js';
import {
  bytesPerElement,
  type NumericType,
  viewNumericArray,
} from '../../encoding/element-type.js';
import { CorruptData } from '../../encoding/lz4-block.js';
import type { NumericValues } from '../../rows/row-block.js';
import type { ValueMemory } from '../../rows/value-memory.js';
import type { StoredFault } from '../blocks/problem-tally.js';
import type { Encoding } from './channel-description.js';
import type { ValueBuffer } from './value-buffer.js';

/** Up to here a loop copies faster than the engine's own call. */
const SHORT = 64;

/** Numbers and bools, copied or unpacked to where the block has them, in the machine's byte order. */
export class NumericBuffer implements ValueBuffer {
  readonly values: NumericValues;
  readonly full = false;

  private readonly target: Buffer;
  private readonly elementSize: number;
  private readonly rowBytes: number;
  private readonly unpacker = new BitshuffleLz4Unpacker();

  /** @param memory at least `rows` × `elements` elements; what is in it is overwritten */
  constructor(
    private readonly type: NumericType,
    private readonly elements: number,
    rows: number,
    private readonly memory: ValueMemory,
  ) {
    this.elementSize = bytesPerElement(type);
    this.rowBytes = elements * this.elementSize;
    this.values = { type, array: viewNumericArray(type, memory.buffer, 0, rows * elements) };
    this.target = Buffer.from(memory.buffer, 0, rows * this.rowBytes);
  }

  put(
    row: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    encoding: Encoding,
  ): StoredFault | undefined {
    const to = row * this.rowBytes;
    const fault = encoding.packed
      ? this.unpack(bytes.subarray(start, end), to)
      : this.copy(bytes, start, end, to);
    if (fault === undefined && encoding.bigEndian) this.swap(to);
    const misfit = fault ?? this.misfit(to);
    if (misfit !== undefined) this.memory.clear(to, to + this.rowBytes);
    return misfit;
  }

  clear(): void {
    // Every row is filled whole.
  }

  private copy(bytes: Uint8Array, start: number, end: number, to: number): StoredFault | undefined {
    const { target, rowBytes } = this;
    if (end - start !== rowBytes) return wrongLength(end - start, rowBytes);
    this.memory.written(to + rowBytes);
    if (rowBytes > SHORT) target.set(bytes.subarray(start, end), to);
    else for (let i = 0; i < rowBytes; i++) target[to + i] = bytes[start + i];
    return undefined;
  }

  private unpack(packed: Uint8Array, to: number): StoredFault | undefined {
    const { rowBytes } = this;
    if (packed.length === 0) return wrongLength(0, rowBytes);
    try {
      const size = unpackedSize(packed);
      if (size !== rowBytes) return wrongLength(size, rowBytes);
      this.memory.written(to + rowBytes);
      this.unpacker.unpack(packed, this.elementSize, this.target.subarray(to, to + rowBytes));
      return undefined;
    } catch (error) {
      return corruptValue(error);
    }
  }

  /** Turns the bytes of each element of a row around. */
  private swap(to: number): void {
    const { target, elementSize, rowBytes } = this;
    if (elementSize === 1) return;
    if (rowBytes > SHORT) {
      const row = target.subarray(to, to + rowBytes);
      if (elementSize === 2) row.swap16();
      else if (elementSize === 4) row.swap32();
      else row.swap64();
      return;
    }
    for (let first = to; first < to + rowBytes; first += elementSize) {
      for (let i = first, j = first + elementSize - 1; i < j; i++, j--) {
        const byte = target[i];
        target[i] = target[j];
        target[j] = byte;
      }
    }
  }

  /** A bool is 0 or 1; every other type holds whatever bytes there are. */
  private misfit(to: number): StoredFault | undefined {
    if (this.type !== 'bool') return undefined;
    for (let i = to; i < to + this.elements; i++) {
      if (this.target[i] > 1) {
        const example = `${this.target[i]} does not fit bool`;
        return { code: 'out_of_range', example, stored: false };
      }
    }
    return undefined;
  }
}

/** The fault of a value of `bytes` bytes, unpacked, where others belong. */
export function wrongLength(bytes: number, expected: number): StoredFault {
  if (bytes === 0) return { code: 'missing_value', stored: false };
  const example = `${bytes} bytes where ${expected} belong`;
  return { code: 'wrong_length', example, stored: false };
}

/** The fault that data which can't be unpacked are; any other error is thrown on. */
export function corruptValue(error: unknown): StoredFault {
  if (!(error instanceof CorruptData)) throw error;
  return { code: 'corrupt_value', example: `a packed value ${error.message}`, stored: false };
}
