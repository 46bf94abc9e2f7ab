import { Spool, type SpoolSegment } from '../rows/spool.js';
import { Hdf5Failure } from './hdf5-failure.js';

/** Bytes that were put aside: in memory, or where they lie in the spool. */
export type KeptBytes = Uint8Array | SpoolSegment;

/** Puts bytes aside: in memory up to a budget, what comes after that in a spool file. */
export class ByteStore {
  private readonly spool: Spool;
  private free: number;

  constructor(
    private readonly spoolPath: string,
    memoryBudget: number,
  ) {
    this.spool = new Spool(spoolPath);
    this.free = memoryBudget;
  }

  /** Keeps a copy of `count` elements. @throws Hdf5Failure, e.g. when the spool's disk is full */
  keep(
    elements: { buffer: ArrayBufferLike; byteOffset: number; BYTES_PER_ELEMENT: number },
    count: number,
  ): KeptBytes {
    const length = count * elements.BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(elements.buffer, elements.byteOffset, length);
    if (length > this.free) return this.spooled(() => this.spool.append(bytes));
    this.free -= length;
    return bytes.slice();
  }

  /** Fills `target` with kept bytes from `offset` on. */
  read(kept: KeptBytes, offset: number, target: Uint8Array): void {
    if (kept instanceof Uint8Array) target.set(kept.subarray(offset, offset + target.length));
    else {
      const segment = { offset: kept.offset + offset, length: target.length };
      this.spooled(() => this.spool.read(segment, target));
    }
  }

  close(): void {
    this.spool.close();
  }

  private spooled<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw Hdf5Failure.ofSystem(this.spoolPath, error);
    }
  }
}
