/** Values in row-major order; H5Web has typed arrays, and plain ones for texts, bools and big numbers. */
export interface Values {
  readonly length: number;
  [index: number]: unknown;
}

/**
 * The part of the package `ndarray` that H5Web uses. The package compiles its classes with
 * `new Function`, which the page's content security policy forbids; this one is plain code.
 */
export class StridedArray {
  constructor(
    readonly data: Values,
    readonly shape: readonly number[],
    readonly stride: readonly number[] = rowMajor(shape),
    readonly offset = 0,
  ) {}

  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  get dimension(): number {
    return this.shape.length;
  }

  /** Element type as `ndarray` names it: float32, bigint64, uint8_clamped, array … */
  get dtype(): string {
    if (Array.isArray(this.data)) {
      return 'array';
    }
    const name = Object.prototype.toString.call(this.data).slice('[object '.length, -1);
    return name === 'Uint8ClampedArray' ? 'uint8_clamped' : name.replace('Array', '').toLowerCase();
  }

  get(...indices: number[]): unknown {
    return this.data[this.index(indices)];
  }

  set(...indicesAndValue: unknown[]): void {
    this.data[this.index(indicesAndValue.slice(0, -1) as number[])] = indicesAndValue.at(-1);
  }

  /** A view with fewer dimensions: those given an index are fixed there, null keeps one. */
  pick(...indices: (number | null | undefined)[]): StridedArray {
    const kept = this.shape.flatMap((_, axis) => (isIndex(indices[axis]) ? [] : [axis]));
    const offset = this.stride.reduce((sum, stride, axis) => {
      const index = indices[axis];
      return isIndex(index) ? sum + index * stride : sum;
    }, this.offset);
    return this.view(kept, offset);
  }

  /** A view whose axes are those of this one in another order. */
  transpose(...axes: number[]): StridedArray {
    return this.view(
      this.shape.map((_, axis) => axes[axis] ?? axis),
      this.offset,
    );
  }

  private view(axes: number[], offset: number): StridedArray {
    return new StridedArray(
      this.data,
      axes.map((axis) => this.shape[axis] ?? 1),
      axes.map((axis) => this.stride[axis] ?? 0),
      offset,
    );
  }

  private index(indices: number[]): number {
    return this.stride.reduce(
      (sum, stride, axis) => sum + stride * (indices[axis] ?? 0),
      this.offset,
    );
  }
}

/** Copies all values of `source` into `target`, which has the same shape and lies in row-major order. */
export function copyValues(target: StridedArray, source: StridedArray): void {
  const last = source.dimension - 1;
  const length = source.shape[last] ?? 1;
  const step = source.stride[last] ?? 0;
  let to = target.offset;
  for (const start of rowStarts(source)) {
    for (let index = 0; index < length; index += 1) {
      target.data[to + index] = source.data[start + index * step];
    }
    to += length;
  }
}

/** Where each run of the innermost axis begins, in order. */
function* rowStarts(array: StridedArray, axis = 0, offset = array.offset): Generator<number> {
  if (axis >= array.dimension - 1) {
    yield offset;
    return;
  }
  for (let index = 0; index < (array.shape[axis] ?? 0); index += 1) {
    yield* rowStarts(array, axis + 1, offset + index * (array.stride[axis] ?? 0));
  }
}

function rowMajor(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape.toReversed()) {
    strides.unshift(stride);
    stride *= length;
  }
  return strides;
}

function isIndex(index: number | null | undefined): index is number {
  return typeof index === 'number' && index >= 0;
}
