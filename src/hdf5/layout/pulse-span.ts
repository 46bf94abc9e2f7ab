import type { RowBlock } from '../../rows/row-block.js';

const NO_ID = -1;

/**
 * The first and the last pulse of a file, and when they were: ns since the epoch. Rows without a pulse id count
 * where no row has one.
 */
export class PulseSpan {
  private lowest = Infinity;
  private highest = -Infinity;
  private begin: bigint | undefined;
  private end: bigint | undefined;
  private beginWithout: bigint | undefined;
  private endWithout: bigint | undefined;

  /** Undefined as long as no pulse has a date. */
  get start(): bigint | undefined {
    return this.begin ?? this.beginWithout;
  }

  get stop(): bigint | undefined {
    return this.end ?? this.endWithout;
  }

  add({ rows, pulseIds, timestamps }: Pick<RowBlock, 'rows' | 'pulseIds' | 'timestamps'>): void {
    const ids = halvesOf(pulseIds, rows);
    const times = halvesOf(timestamps, rows);
    let first = -1;
    let last = -1;
    let lastWithout = -1;
    let { lowest, highest } = this;
    for (let i = 0; i < 2 * rows; i += 2) {
      if (times[i] === 0 && times[i + 1] === 0) continue;
      const id = ids[i + 1] * 2 ** 32 + (ids[i] >>> 0);
      if (id === NO_ID) {
        this.beginWithout ??= timestamps[i / 2];
        lastWithout = i / 2;
        continue;
      }
      if (id < lowest) {
        lowest = id;
        first = i / 2;
      }
      if (id > highest) {
        highest = id;
        last = i / 2;
      }
    }
    this.lowest = lowest;
    this.highest = highest;
    if (first >= 0) this.begin = timestamps[first];
    if (last >= 0) this.end = timestamps[last];
    if (lastWithout >= 0) this.endWithout = timestamps[lastWithout];
  }
}

/** 64-bit numbers as pairs of 32 bits, the lower ones first: BigInts are slow. */
function halvesOf(numbers: BigInt64Array, count: number): Int32Array {
  return new Int32Array(numbers.buffer, numbers.byteOffset, 2 * count);
}
