import { LosslessNumber, parse, stringify } from 'lossless-json';

/** The texts and numbers that a JSON text is made of. */
const TEXT_OR_NUMBER = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * JSON as `JSON.parse` reads it, but for numbers that JavaScript would bend, as 9007199254740993,
 * 1e400 or 1.0: these are kept as they came, for {@link exactJson} to write.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  // Several times as fast where nothing is lost.
  if (!text.match(TEXT_OR_NUMBER)?.some((token) => !token.startsWith('"') && isBent(token))) {
    return plain;
  }
  return parse(text, undefined, {
    parseNumber: (number) => (isBent(number) ? new LosslessNumber(number) : Number(number)),
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

function isBent(number: string): boolean {
  return String(Number(number)) !== number;
}

/** The JSON text of a value, numbers kept by {@link parseExactJson} as they came. */
export function exactJson(value: object): string {
  // Several times as fast without one.
  return hasKeptNumber(value) ? stringify(value)! : JSON.stringify(value);
}

/** The same of any JSON value, keys of objects in one order: equal values have equal texts. */
export function exactJsonInOrder(value: unknown): string {
  return exactJson(inOrder(value) as object);
}

/** A number as JavaScript has it, infinite beyond its range; other values as they are. */
export function plainNumber(value: unknown): unknown {
  return value instanceof LosslessNumber ? Number(value.value) : value;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null || value instanceof LosslessNumber) return value;
  const object = value as Record<string, unknown>;
  // Without a prototype, as `__proto__` may be a key.
  const ordered = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(object).sort()) ordered[key] = inOrder(object[key]);
  return ordered;
}

function hasKeptNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  if (value instanceof LosslessNumber) return true;
  if (Array.isArray(value)) return value.some(hasKeptNumber);
  const object = value as Record<string, unknown>;
  for (const key in object) if (hasKeptNumber(object[key])) return true;
  return false;
}
