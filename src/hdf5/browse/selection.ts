import { BadQuestion } from './errors.js';

/** The elements of one axis that are asked for. */
export interface AxisSelection {
  readonly start: number;
  readonly count: number;
  readonly step: number;
  /** By a single index: the result lacks this axis. */
  readonly isIndex: boolean;
}

/** A part of a selection that is read at once. */
export interface Block {
  readonly offset: readonly number[];
  readonly count: readonly number[];
  readonly steps: readonly number[];
}

const SLICE =
  /^\s*(?<start>[+-]?\d{1,15})?\s*:\s*(?<stop>[+-]?\d{1,15})?\s*(?::\s*(?<step>[+-]?\d{1,15})?\s*)?$/;
const INDEX = /^\s*[+-]?\d{1,15}\s*$/;

/**
 * Reads a selection as numpy writes it: `0,2:5,:`, `::10`, `...,-1`. Axes that it leaves out are whole.
 *
 * @throws BadQuestion
 */
export function parseSelection(
  text: string | undefined,
  shape: readonly number[],
): AxisSelection[] {
  const parts = partsOf(text);
  const gap = parts.findIndex((part) => part.trim() === '...');
  const given = parts.length - (gap < 0 ? 0 : 1);
  if (given > shape.length) {
    throw new BadQuestion(
      `selection '${text!.slice(0, 100)}' has ${given} axes, the dataset ${shape.length}: leave some out.`,
    );
  }
  const whole = Array.from({ length: shape.length - given }, () => ':');
  const full =
    gap < 0 ? [...parts, ...whole] : [...parts.slice(0, gap), ...whole, ...parts.slice(gap + 1)];
  return full.map((part, axis) => axisOf(part, shape[axis], axis));
}

function partsOf(text: string | undefined): string[] {
  if (text === undefined || text.trim() === '' || text.trim() === '()') return [];
  return text.split(',');
}

function axisOf(part: string, length: number, axis: number): AxisSelection {
  if (INDEX.test(part)) {
    const index = Number(part);
    const start = index < 0 ? index + length : index;
    if (start < 0 || start >= length) {
      throw new BadQuestion(
        `selection: index ${index} is outside of axis ${axis}, which has ${length} elements.`,
      );
    }
    return { start, count: 1, step: 1, isIndex: true };
  }
  const slice = SLICE.exec(part)?.groups;
  if (!slice) {
    throw new BadQuestion(
      `selection: '${part.slice(0, 40)}' is neither an index nor a slice: write 5, 2:10 or ::3.`,
    );
  }
  const step = Number(slice.step ?? 1);
  if (step < 1)
    throw new BadQuestion(`selection: a step of ${step} is not possible: use 1 or more.`);
  const start = clipped(slice.start, 0, length);
  const stop = clipped(slice.stop, length, length);
  return { start, count: Math.max(0, Math.ceil((stop - start) / step)), step, isIndex: false };
}

function clipped(text: string | undefined, usual: number, length: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  return Math.min(Math.max(value < 0 ? value + length : value, 0), length);
}

/** Shape of what a selection gives. */
export function shapeOf(axes: readonly AxisSelection[]): number[] {
  return axes.filter(({ isIndex }) => !isIndex).map(({ count }) => count);
}

/** How many elements a selection has. */
export function sizeOf(axes: readonly AxisSelection[]): number {
  return axes.reduce((product, { count }) => product * count, 1);
}

/**
 * Cuts a selection into blocks of at most `limit` bytes (one element at least), which put one after another
 * are the selection in row-major order. Blocks end where chunks do, as far as they can.
 */
export function* blocksOf(
  axes: readonly AxisSelection[],
  elementBytes: number,
  limit: number,
  chunks: readonly number[] | null,
): Generator<Block> {
  if (sizeOf(axes) === 0) return;
  let cut = axes.length;
  let inner = elementBytes;
  while (cut > 0 && inner * axes[cut - 1].count <= limit) inner *= axes[--cut].count;
  const steps = axes.map(({ step }) => step);
  const count = axes.map((axis, i) => (i < cut ? 1 : axis.count));
  if (cut === 0) {
    yield { offset: axes.map(({ start }) => start), count, steps };
    return;
  }
  const axis = axes[cut - 1];
  const most = Math.max(1, Math.floor(limit / inner));
  const chunk = axis.step === 1 ? (chunks?.[cut - 1] ?? 1) : 1;
  for (const outer of indicesOf(axes.slice(0, cut - 1))) {
    for (let done = 0; done < axis.count;) {
      const from = axis.start + done * axis.step;
      const aligned = most > chunk ? most - ((from + most) % chunk) : most;
      count[cut - 1] = Math.min(aligned, axis.count - done);
      const rest = axes.slice(cut).map(({ start }) => start);
      yield { offset: [...outer, from, ...rest], count: [...count], steps };
      done += count[cut - 1];
    }
  }
}

function* indicesOf(axes: readonly AxisSelection[]): Generator<number[]> {
  if (axes.length === 0) {
    yield [];
    return;
  }
  const [{ start, count, step }, ...others] = axes;
  for (let i = 0; i < count; i++) {
    for (const rest of indicesOf(others)) yield [start + i * step, ...rest];
  }
}
