import { expect, it } from 'vitest';
import { parsePythonJson } from './parse-python-json.js';

it('takes the numbers that Python writes and JSON has not', () => {
  expect(
    parsePythonJson(
      String.raw`{"a": [NaN, -Infinity,Infinity], "NaN": "NaN, \"Infinity\\", "b": {"c":NaN}, "d": 5}`,
    ),
  ).toEqual({
    a: [NaN, -Infinity, Infinity],
    NaN: String.raw`NaN, "Infinity\ `.trimEnd(),
    b: { c: NaN },
    d: 5,
  });
  expect(parsePythonJson('[NaN, 9007199254740993, 1.0]')).toMatchObject([
    NaN,
    { value: '9007199254740993' },
    { value: '1.0' },
  ]);
  expect(parsePythonJson('NaN')).toBeNaN();
});

it.each([
  '{"a": [NaN}',
  '1NaN',
  'NaN1',
  '[NaN "]',
  '{NaN: 1}',
  '--Infinity',
  '\\NaN',
  '{"a": nan}',
])('refuses %s', (text) => {
  expect(() => parsePythonJson(text)).toThrow(SyntaxError);
});

it('refuses a long text that does not end', () => {
  expect(() => parsePythonJson(`[NaN, "${'\\"'.repeat(200_000)}`)).toThrow(SyntaxError);
});
