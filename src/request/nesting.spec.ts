import { expect, it } from 'vitest';
import { isTooDeep, isTooDeepToParse } from './nesting.js';

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

it('text is too deep to be parsed beyond 200,000 levels, whatever is in its texts', () => {
  const quoted = `"${'['.repeat(300_000)}\\"["`;
  expect(isTooDeepToParse(`[${quoted},${'[{}],'.repeat(300_000)}0]`)).toBe(false);
  expect(isTooDeepToParse(`{"a":${'['.repeat(199_999)}`)).toBe(false);
  expect(isTooDeepToParse(`{"a":${'['.repeat(200_000)}`)).toBe(true);
});
