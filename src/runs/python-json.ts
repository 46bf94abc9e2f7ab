import { isLosslessNumber } from 'lossless-json';

/**
 * JSON text as Python's `json.dump(value, file, indent=…, sort_keys=…)` has it, to the byte: a value a line,
 * ASCII alone. Numbers kept by `parseExactJson` stay as they came.
 *
 * @param options.indent blanks a level; all on one line without it
 * @param options.sorted by their names, at each level; else keys stay in their order
 */
export function pythonJson(
  value: unknown,
  options: { readonly indent?: number; readonly sorted: boolean },
): string {
  const { indent = 0, sorted } = options;
  return textOf(value, indent, sorted, options.indent === undefined ? '' : '\n');
}

/** @param line a line's end, and the blanks that the next one begins with */
function textOf(value: unknown, indent: number, isSorted: boolean, line: string): string {
  if (typeof value === 'string') return quoted(value);
  // NaN and the infinities, which JSON has not.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (isLosslessNumber(value)) return value.value;
  const inner = line + ' '.repeat(indent);
  const comma = `,${inner || ' '}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const entries = value.map((each) => textOf(each, indent, isSorted, inner));
    return `[${inner}${entries.join(comma)}${line}]`;
  }
  const object = value as Record<string, unknown>;
  const given = Object.keys(object).filter((key) => object[key] !== undefined);
  const keys = isSorted ? given.toSorted() : given;
  if (keys.length === 0) return '{}';
  const entries = keys.map(
    (key) => `${quoted(key)}: ${textOf(object[key], indent, isSorted, inner)}`,
  );
  return `{${inner}${entries.join(comma)}${line}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
