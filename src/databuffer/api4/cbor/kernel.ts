import {
  type NumericArray,
  type NumericType,
  viewNumericArray,
} from '../../../encoding/element-type.js';
import { instantiateKernel } from '../../blocks/instantiate-kernel.js';

type Read = (start: number, end: number, count: number, to: number) => number;
type ReadRows = (start: number, end: number, rows: number, elements: number, to: number) => number;

/** The exports of kernel/index.ts. */
type Exports = {
  readonly memory: WebAssembly.Memory;
  readonly skipNumbers: (start: number, end: number, count: number) => number;
  readonly judge: (
    row: number,
    count: number,
    arePulsed: boolean,
    byPulse: boolean,
    after: bigint,
    repeats: number,
    first: bigint,
    last: bigint,
    start: bigint,
    end: bigint,
    keptTime: bigint,
    above: bigint,
  ) => number;
} & Readonly<Record<(typeof READ)[NumericType], Read>> &
  Readonly<Record<(typeof READ_ROWS)[NumericType], ReadRows>> &
  Readonly<Record<PlaceName, WebAssembly.Global>>;

/** Addresses, and how much there is at some of them; see kernel/memory.ts. */
type PlaceName =
  | 'RESULTS'
  | 'MAX_ROWS'
  | 'PRESENT'
  | 'VERDICTS'
  | 'PULSE_IDS'
  | 'TIMESTAMPS'
  | 'WINDOWS'
  | 'WINDOW_BYTES'
  | 'VALUES'
  | 'VALUES_BYTES'
  | 'FRAMES'
  | 'FRAMES_BYTES';

const READ = {
  int8: 'readInt8',
  int16: 'readInt16',
  int32: 'readInt32',
  int64: 'readInt64',
  uint8: 'readUint8',
  uint16: 'readUint16',
  uint32: 'readUint32',
  uint64: 'readUint64',
  float32: 'readFloat32',
  float64: 'readFloat64',
  bool: 'readBools',
} as const satisfies Record<NumericType, string>;

const READ_ROWS = {
  int8: 'rowsOfInt8',
  int16: 'rowsOfInt16',
  int32: 'rowsOfInt32',
  int64: 'rowsOfInt64',
  uint8: 'rowsOfUint8',
  uint16: 'rowsOfUint16',
  uint32: 'rowsOfUint32',
  uint64: 'rowsOfUint64',
  float32: 'rowsOfFloat32',
  float64: 'rowsOfFloat64',
  bool: 'rowsOfBools',
} as const satisfies Record<NumericType, string>;

/**
 * The inner loops of reading CBOR, as WebAssembly: runs of numbers, rows of them, and what is done with
 * rows.
 *
 * It reads what is usual, and stops before anything else: whoever calls it goes on from `at` with a
 * `CborReader`. Frames lie in its memory, 20 MB, as do the columns of the block that is being filled.
 * Ends are addresses of the first byte that is not read.
 */
export class Kernel {
  /** All of its memory, and the address of what follows in it. */
  readonly bytes: Uint8Array;
  readonly windows: number;
  readonly windowBytes: number;
  readonly frames: number;
  readonly framesBytes: number;
  readonly values: number;
  readonly valuesBytes: number;

  /** The columns of a block. */
  readonly pulseIds: BigInt64Array;
  readonly timestamps: BigInt64Array;
  readonly present: Uint8Array;
  readonly verdicts: Uint8Array;

  readonly judge: Exports['judge'];
  readonly skipNumbers: Exports['skipNumbers'];

  private readonly exports: Exports;
  private readonly words: Uint32Array;
  private readonly wides: BigInt64Array;

  constructor() {
    const file = new URL('./kernel/api4-kernel.wasm', import.meta.url);
    const exports = instantiateKernel(file) as Exports;
    const { buffer } = exports.memory;
    const at = (name: PlaceName) => exports[name].value;
    const rows = at('MAX_ROWS');
    this.exports = exports;
    this.judge = exports.judge;
    this.skipNumbers = exports.skipNumbers;
    this.bytes = new Uint8Array(buffer);
    this.windows = at('WINDOWS');
    this.windowBytes = at('WINDOW_BYTES');
    this.frames = at('FRAMES');
    this.framesBytes = at('FRAMES_BYTES');
    this.values = at('VALUES');
    this.valuesBytes = at('VALUES_BYTES');
    this.pulseIds = new BigInt64Array(buffer, at('PULSE_IDS'), rows);
    this.timestamps = new BigInt64Array(buffer, at('TIMESTAMPS'), rows);
    this.present = new Uint8Array(buffer, at('PRESENT'), rows);
    this.verdicts = new Uint8Array(buffer, at('VERDICTS'), rows);
    this.words = new Uint32Array(buffer, at('RESULTS'), 11);
    this.wides = new BigInt64Array(buffer, at('RESULTS') + 16, 3);
  }

  /** Where the last call stopped. */
  get at(): number {
    return this.words[0];
  }

  /** Of the rows that were judged last: whether pulse ids of those that are kept rise, */
  get isRising(): boolean {
    return this.words[1] !== 0;
  }

  /** how many are usual, */
  get plain(): number {
    return this.words[2];
  }

  /** how many have the latest time of those that did not come before, */
  get atLatest(): number {
    return this.words[3];
  }

  /** that time, */
  get latest(): bigint {
    return this.wides[0];
  }

  /** and of those that are kept the last time and the largest pulse id. */
  get lastTime(): bigint {
    return this.wides[1];
  }

  get largestPulseId(): bigint {
    return this.wides[2];
  }

  /** Of the repeats that it was told of: how many did not come. */
  get repeats(): number {
    return this.words[10];
  }

  /** Reads numbers of a type to an address. @returns how many; see `at` */
  read(type: NumericType, start: number, end: number, count: number, to: number): number {
    return this.exports[READ[type]](start, end, count, to);
  }

  /** Reads rows of so many elements each to an address. @returns how many; see `at` */
  readRows(
    type: NumericType,
    start: number,
    end: number,
    rows: number,
    elements: number,
    to: number,
  ): number {
    return this.exports[READ_ROWS[type]](start, end, rows, elements, to);
  }

  /** What lies in its memory from an address on, as elements of a type. */
  view(type: NumericType, address: number, count: number): NumericArray {
    return viewNumericArray(type, this.bytes.buffer, address, count);
  }
}
