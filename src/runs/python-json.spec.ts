import { expect, it } from 'vitest';
import { parseExactJson } from '../request/exact-json.js';
import { parsePythonJson } from '../request/parse-python-json.js';
import { pythonJson } from './python-json.js';

const VALUE = parseExactJson(
  '{"b": [], "a": {"z": 1.0, "ä\\n": "µ\\u007f😀\\"", "e": {}}, "n": [[1, 2.50], [null, true]], "l": 9007199254740993}',
);

// As json.dumps(value, indent=4, sort_keys=True) has it, but for 2.50, which stays as it came.
it('writes what Python writes', () => {
  expect(pythonJson(VALUE, { indent: 4, sorted: true })).toBe(
    String.raw`{
    "a": {
        "e": {},
        "z": 1.0,
        "\u00e4\n": "\u00b5\u007f\ud83d\ude00\""
    },
    "b": [],
    "l": 9007199254740993,
    "n": [
        [
            1,
            2.50
        ],
        [
            null,
            true
        ]
    ]
}`,
  );
  expect(pythonJson({ b: 1, a: undefined, c: 'x' }, { indent: 2, sorted: false })).toBe(
    '{\n  "b": 1,\n  "c": "x"\n}',
  );
});

it('writes all on one line without an indent, and the numbers that JSON has not', () => {
  const value = { a: [1, NaN, -Infinity], b: {}, c: { d: Infinity, e: [] } };
  const text = '{"a": [1, NaN, -Infinity], "b": {}, "c": {"d": Infinity, "e": []}}';
  expect(pythonJson(value, { sorted: false })).toBe(text);
  expect(parsePythonJson(text)).toEqual(value);
});
