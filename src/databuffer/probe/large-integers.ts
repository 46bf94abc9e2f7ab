import type { RowBlock } from '../../rows/row-block.js';

/** From here on float64 has one integer in 16 at most. */
const LARGE = 2n ** 57n;
/** So many different ones that are multiples of 16 are no chance. */
const ENOUGH = 8;

/** Different integers of a channel that a float64 can't hold but by chance. */
export class LargeIntegers {
  private readonly seen = new Set<bigint>();

  /** @param elements of one value */
  take({ values, present, rows }: RowBlock, elements: number): void {
    if (values.type === 'string') return;
    const { array } = values;
    if (!(array instanceof BigInt64Array || array instanceof BigUint64Array)) return;
    for (let i = 0; i < rows * elements && this.seen.size < 2 * ENOUGH; i++) {
      const value = array[i];
      const isLarge = value >= LARGE || value <= -LARGE;
      if (isLarge && present[Math.floor(i / elements)] === 1) this.seen.add(value);
    }
  }

  /** Whether all of them are what is left of an integer after it was a float64. */
  get areRounded(): boolean {
    const values = [...this.seen];
    return values.length >= ENOUGH && values.every((value) => BigInt(Number(value)) === value);
  }
}
