import type { HeapRegion } from './heap-region.js';
import type { PlacedBlock } from './placed-block.js';

const ALIGNMENT = 8;
/** From so many bytes on it takes longer to copy them than to have HDF5 write them by themselves. */
const MANY_BYTES = 512 * 1024;

/** Where bytes lie in the file, once they are written. */
export interface Place {
  readonly address: number;
}

/** Texts as they lie in a file, see `makeTextBlock`. */
export interface CarriedTexts {
  /** How many references they begin with. */
  readonly references: number;
  /** Bytes that they need at most. */
  readonly most: number;
  /** Puts them into memory; called once. @returns their bytes; undefined where there is no room */
  readonly make: (target: Uint8Array) => number | undefined;
}

/**
 * The elements of many datasets, collected to pieces that HDF5 takes for one dataset each: it needs a tenth of
 * a millisecond for one, however small. The system takes twice as long to write pieces that are larger than
 * the processor's own memory.
 */
export class CarriedBytes {
  private used = 0;
  private readonly waiting: { place: { address: number }; offset: number; references: number }[] =
    [];

  /**
   * @param memory where they are collected
   * @param spare memory for texts that don't fit there; may be used by others between calls
   * @param carry has HDF5 write a piece, and says where it lies
   */
  constructor(
    private readonly memory: HeapRegion,
    private readonly spare: HeapRegion,
    private readonly carry: (block: PlacedBlock) => number,
  ) {}

  /** @param bytes in HDF5's memory */
  put(bytes: Uint8Array): Place {
    const { byteOffset: pointer, length } = bytes;
    if (length >= MANY_BYTES) return { address: this.carry({ pointer, bytes: length }) };
    if (!this.hasRoomFor(length)) {
      this.flush();
      // HDF5's memory may have grown.
      return this.add(this.memory.viewOf(pointer, length));
    }
    return this.add(bytes);
  }

  putTexts({ references, most, make }: CarriedTexts): Place {
    if (most > this.memory.size) {
      const bytes = made(make(this.spare.bytes()));
      const { pointer } = this.spare;
      const texts = [{ offset: 0, references }];
      return { address: this.carry({ pointer, bytes, texts }) };
    }
    if (!this.hasRoomFor(most)) this.flush();
    return this.note(made(make(this.memory.bytes().subarray(this.used))), references);
  }

  /** Has HDF5 write what is collected: all places are known then. */
  flush(): void {
    if (this.used === 0) return;
    const texts = this.waiting.filter(({ references }) => references > 0);
    const address = this.carry({ pointer: this.memory.pointer, bytes: this.used, texts });
    for (const { place, offset } of this.waiting) place.address = address + offset;
    this.waiting.length = 0;
    this.used = 0;
  }

  private hasRoomFor(size: number): boolean {
    return this.used + size <= this.memory.size;
  }

  private add(bytes: Uint8Array): Place {
    this.memory.bytes().set(bytes, this.used);
    return this.note(bytes.length, 0);
  }

  private note(size: number, references: number): Place {
    const place = { address: 0 };
    this.waiting.push({ place, offset: this.used, references });
    const end = Math.ceil((this.used + size) / ALIGNMENT) * ALIGNMENT;
    this.memory.bytes().fill(0, this.used + size, end);
    this.used = end;
    return place;
  }
}

function made(bytes: number | undefined): number {
  if (bytes === undefined) throw new Error('texts need more room than expected');
  return bytes;
}
