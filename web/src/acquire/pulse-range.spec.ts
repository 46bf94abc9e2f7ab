import { expect, it } from 'vitest';
import { pulseIdIn, spanOf } from './pulse-range.js';

it.each([
  ['21767262500', 21767262500],
  [' 21 767 262 500 ', 21767262500],
  ["21'767'262'500", 21767262500],
  ['0', 0],
])('reads %s', (text, pulseId) => {
  expect(pulseIdIn(text)).toBe(pulseId);
});

it.each(['', '-1', '1e3', 'abc', '9999999999999999'])('does not read %s', (text) => {
  expect(pulseIdIn(text)).toBeUndefined();
});

it('counts both ends', () => {
  expect(spanOf(1000, 1299)).toEqual({ pulses: 300, seconds: 3 });
  expect(spanOf(2, 1)).toBeUndefined();
});
