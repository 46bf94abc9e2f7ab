import { expect, it } from 'vitest';
import { isTooDeep } from './nesting.js';

const nested = (levels: number, open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`);

it.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
  ['both', '[0,{"a":', '}]'],
])('up to a hundred levels of %s are allowed', (what, open, close) => {
  const inOne = what === 'both' ? 2 : 1;
  expect(isTooDeep(nested(100 / inOne, open, close))).toBe(false);
  expect(isTooDeep([nested(100 / inOne, open, close)])).toBe(true);
});
