/** Chunks are about this large: some for each read along the pulses, not one for each pulse. */
const CHUNK_BYTES = 1024 * 1024;

/** Part of a row, contiguous in memory. */
export interface RowPiece {
  /** Where it begins, and how far it reaches, in each of the row's dimensions. */
  readonly offset: readonly number[];
  readonly count: readonly number[];
  /** The same in elements of the row's memory. */
  readonly start: number;
  readonly elements: number;
}

/**
 * Shape of the chunks of rows of `rowShape` (slowest dimension first), the first number being rows:
 * many whole rows up to 1 MiB, one whole row up to `maxBytes`, else part of a row.
 */
export function chunkShape(
  rowShape: readonly number[],
  elementBytes: number,
  limits: { readonly maxRows: number; readonly maxBytes: number },
): number[] {
  const shape = [...rowShape];
  let bytes = shape.reduce((product, length) => product * length, elementBytes);
  const rows = Math.min(limits.maxRows, Math.max(1, Math.floor(CHUNK_BYTES / bytes)));
  for (let i = 0; bytes > limits.maxBytes; i++) {
    const slice = bytes / shape[i];
    shape[i] = Math.max(1, Math.floor(limits.maxBytes / slice));
    bytes = slice * shape[i];
  }
  return [rows, ...shape];
}

/** Cuts a row into pieces no larger than the piece shape, in the order in which they lie in memory. */
export function* rowPieces(
  rowShape: readonly number[],
  pieceShape: readonly number[],
): Generator<RowPiece> {
  const cut = pieceShape.findLastIndex((length, i) => length < rowShape[i]);
  const slice = rowShape.slice(cut + 1).reduce((product, length) => product * length, 1);
  const total = rowShape.reduce((product, length) => product * length, 1);
  for (let start = 0; start < total;) {
    const offset = positionOf(start, rowShape);
    const count = [...pieceShape];
    count[cut] = Math.min(pieceShape[cut], rowShape[cut] - offset[cut]);
    const elements = count[cut] * slice;
    yield { offset, count, start, elements };
    start += elements;
  }
}

function positionOf(element: number, shape: readonly number[]): number[] {
  const position = shape.map(() => 0);
  let rest = element;
  for (let i = shape.length - 1; i >= 0; i--) {
    position[i] = rest % shape[i];
    rest = Math.floor(rest / shape[i]);
  }
  return position;
}
