import type { Value } from '../../../hdf5/browse/decode-values.js';

/** JSON of a value; what is not a finite number is null, integers are exact. */
export function jsonText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'object':
      return value === null ? 'null' : `[${value.map(jsonText).join(',')}]`;
    default:
      return String(value);
  }
}

/**
 * JSON of an array: lists in lists, or a single value where it has no dimensions.
 *
 * @param blocks its values, the last dimension fastest
 */
export function* arrayText(
  shape: readonly number[],
  blocks: Iterable<readonly Value[]>,
): Generator<string> {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 0) {
    yield emptyText(shape);
    return;
  }
  // How many values a list of each level has in it, all levels below together.
  const spans = shape.map((_, axis) =>
    shape.slice(axis).reduce((product, length) => product * length, 1),
  );
  const endings = (i: number) => spans.filter((span) => i % span === 0).length;
  let i = 0;
  for (const block of blocks) {
    let text = '';
    for (const value of block) {
      const begins = endings(i);
      text += (i > 0 ? ',' : '') + '['.repeat(begins) + jsonText(value);
      i++;
      text += ']'.repeat(endings(i));
    }
    yield text;
  }
  if (i === 0) yield 'null';
}

/** A list of any dimensions that has no values. */
function emptyText(shape: readonly number[]): string {
  const [length, ...inner] = shape;
  if (length === 0 || inner.length === 0) return '[]';
  // Lists of empty lists, as far as somebody can want them.
  return `[${Array.from({ length: Math.min(length, 1000) }, () => emptyText(inner)).join(',')}]`;
}
