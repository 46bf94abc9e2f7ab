import { isLosslessNumber } from 'lossless-json';

/**
 * JSON text as Python's `json.dump(value, file, indent=…, sort_keys=…)` has it, to the byte: a value a line,
 * ASCII alone. Numbers kept by `parseExactJson` stay as they came.
 *
 * @param options.sorted by their names, at each level; else keys stay in their order
 */
export function pythonJson(
  value: unknown,
  options: { readonly indent: number; readonly sorted: boolean },
): string {
  return textOf(value, options.indent, options.sorted, '\n');
}

/** @param line a line's end, and the blanks that the next one begins with */
function textOf(value: unknown, indent: number, isSorted: boolean, line: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (isLosslessNumber(value)) return value.value;
  const inner = line + ' '.repeat(indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const entries = value.map((each) => textOf(each, indent, isSorted, inner));
    return `[${inner}${entries.join(`,${inner}`)}${line}]`;
  }
  const object = value as Record<string, unknown>;
  const given = Object.keys(object).filter((key) => object[key] !== undefined);
  const keys = isSorted ? given.toSorted() : given;
  if (keys.length === 0) return '{}';
  const entries = keys.map(
    (key) => `${quoted(key)}: ${textOf(object[key], indent, isSorted, inner)}`,
  );
  return `{${inner}${entries.join(`,${inner}`)}${line}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
