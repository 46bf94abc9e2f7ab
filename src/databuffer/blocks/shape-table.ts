/** The number of "the point gave no shape". */
export const NO_SHAPE = 0;
/** The number of a value that is not a shape, and of shapes that came after too many others. */
export const ODD_SHAPE = 0xffff;

const MAX_DIMENSIONS = 32;

/** Gives each distinct shape of a channel's points a number, in the order of their first mention. */
export class ShapeTable {
  private readonly shapes: (readonly number[])[] = [[]];
  private readonly ids = new Map<string, number>();
  private last: readonly number[] = [];
  private lastId = NO_SHAPE;

  /** The shape of a number that `idOf` gave; undefined for NO_SHAPE and ODD_SHAPE. */
  shape(id: number): readonly number[] | undefined {
    return id === NO_SHAPE ? undefined : this.shapes[id];
  }

  /** The number of the shape in the first `count` entries of `lengths`. */
  idOf(lengths: Float64Array, count: number): number {
    if (this.lastId !== NO_SHAPE && count === this.last.length && this.isLast(lengths)) {
      return this.lastId;
    }
    const shape = [...lengths.subarray(0, count)];
    const key = shape.join();
    let id = this.ids.get(key);
    if (id === undefined) {
      if (this.shapes.length === ODD_SHAPE || !isShape(shape)) return ODD_SHAPE;
      id = this.shapes.length;
      this.shapes.push(shape);
      this.ids.set(key, id);
    }
    this.last = shape;
    this.lastId = id;
    return id;
  }

  private isLast(lengths: Float64Array): boolean {
    for (let i = 0; i < this.last.length; i++) if (lengths[i] !== this.last[i]) return false;
    return true;
  }
}

/** Whether a value is a list of lengths, as `shape` has to be. */
export function isShape(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_DIMENSIONS &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}
