import { LosslessNumber } from 'lossless-json';
import { parseExactJson } from './exact-json.js';

/** Numbers that Python's `json` writes and reads, and JSON has not. */
const FURTHER_NUMBERS = /\\[^]|"|(?<![\w.-])(?:-?Infinity|NaN)(?![\w.])/g;

/** What stands for them while a text is parsed: numbers that nobody writes so. */
const STAND_INS = new Map([
  ['NaN', '0e-999999991'],
  ['Infinity', '1e999999991'],
  ['-Infinity', '-1e999999991'],
]);
const NUMBERS = new Map(Array.from(STAND_INS, ([name, standIn]) => [standIn, Number(name)]));

/**
 * JSON as Python's `json` reads it: `NaN`, `Infinity` and `-Infinity` are the numbers that they are in
 * JavaScript. A position of a motor that can't be read is one.
 *
 * @param parse for all else; with `JSON.parse`, which bends numbers, NaN becomes 0
 * @throws SyntaxError
 */
export function parsePythonJson(
  text: string,
  parse: (text: string) => unknown = parseExactJson,
): unknown {
  try {
    return parse(text);
  } catch (error) {
    const plain = withStandIns(text);
    if (plain === text) throw error;
    return withNumbers(parse(plain));
  }
}

function withStandIns(text: string): string {
  let isInText = false;
  return text.replace(FURTHER_NUMBERS, (token) => {
    if (token === '"') isInText = !isInText;
    return isInText ? token : (STAND_INS.get(token) ?? token);
  });
}

function withNumbers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof LosslessNumber) return NUMBERS.get(value.value) ?? value;
  const object = value as Record<string, unknown>;
  for (const [key, each] of Object.entries(object)) {
    const number = withNumbers(each);
    if (number !== each) object[key] = number;
  }
  return object;
}
