import { expect, it } from 'vitest';
import { roundedUp } from './header-messages.js';

it.each([
  [0, 0],
  [1, 8],
  [8, 8],
  [2 ** 31 - 3, 2 ** 31],
  [2 ** 31 + 1, 2 ** 31 + 8],
  [2 ** 32 + 1, 2 ** 32 + 8],
  [2 ** 42 + 8, 2 ** 42 + 8],
])('rounds sizes and places in files up, also of large ones: %i', (size, rounded) => {
  expect(roundedUp(size)).toBe(rounded);
});
