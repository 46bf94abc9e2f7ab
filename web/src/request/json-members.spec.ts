import { expect, it } from 'vitest';
import { jsonMembers, plainText } from './json-members.js';

it('keeps the digits of numbers', () => {
  const json = '{"start": 9007199254740993, "list": [1, {"a": 2}], "general/user": "p1\\"2, x"}';

  expect(jsonMembers(json)).toEqual([
    { name: 'start', text: '9007199254740993' },
    { name: 'list', text: '[1, {"a": 2}]' },
    { name: 'general/user', text: '"p1\\"2, x"' },
  ]);
});

it.each(['[1, 2]', '"text"', '{}', ''])('finds nothing in %s', (json) => {
  expect(jsonMembers(json)).toEqual([]);
});

it('shows texts without quotes', () => {
  expect(plainText('"a \\"b\\""')).toBe('a "b"');
  expect(plainText('null')).toBe('null');
});
