import { LosslessNumber, parse, stringify } from 'lossless-json';

/**
 * JSON as `JSON.parse` reads it, but for numbers that JavaScript would bend, as 9007199254740993,
 * 1e400 or 1.0: these are kept as they came, for {@link exactJson} to write.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // Ten times as fast where nothing is lost, as with what this program wrote.
  const plain: unknown = JSON.parse(text);
  if (JSON.stringify(plain) === text) return plain;
  return parse(text, undefined, {
    parseNumber: (number) =>
      String(Number(number)) === number ? Number(number) : new LosslessNumber(number),
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** The JSON text of a value, numbers kept by {@link parseExactJson} as they came. */
export function exactJson(value: object): string {
  return stringify(value)!;
}

/** A copy of a JSON value with all of its numbers as JavaScript has them. */
export function withPlainNumbers(value: object): unknown {
  return JSON.parse(exactJson(value));
}
