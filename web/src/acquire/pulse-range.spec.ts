import { expect, it } from 'vitest';
import { pulseIdIn, spanOf, whyNoPulseId } from './pulse-range.js';

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

it.each([
  ['9007199254740992', undefined],
  ['99999999999999999999', 'Too large: pulse ids go up to 9007199254740992.'],
  ['', 'Enter a whole number, 0 or more.'],
  ['soon', 'Enter a whole number, 0 or more.'],
])('says what is wrong with %s', (text, why) => {
  expect(whyNoPulseId(text)).toBe(why);
});

it('counts both ends', () => {
  expect(spanOf(1000, 1299)).toEqual({ pulses: 300, seconds: 3 });
  expect(spanOf(2, 1)).toBeUndefined();
});
