import { describe, expect, it } from 'vitest';
import { printable } from './printable.js';

describe('a text that is shown to a person', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['a C1 control', 'a\u009b31m', 'a\\u009b31m'],
    ['line ends', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['a change of direction', 'run\u202e5h.exe\u2066', 'run\\u202e5h.exe\\u2066'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['an invisible character', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['a tag outside of the first plane', 'a\u{e0041}', 'a\\udb40\\udc41'],
    ['half a character', 'a\ud800', 'a\\ud800'],
    ['NUL and DEL', 'a\u00001\u007f', 'a\\u00001\\u007f'],
  ])('has %s escaped', (_case, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it.each(['/sf/data/run_0001.h5', 'a b\\c \'d\' "e"', 'Größe µm 実験 😀'])(
    'is left as it is: %s',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );

  it('stays JSON with the same meaning', () => {
    const value = { name: 'a\u009b\u202e\u2028\u001b\n"\\ü' };
    const text = printable(JSON.stringify(value));
    expect(text).not.toMatch(/[\u009b\u202e\u2028]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
