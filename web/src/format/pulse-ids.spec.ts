import { expect, test } from 'vitest';
import { lastOfRange } from './pulse-ids.js';

test('leaves out of the last pulse id what the first one says', () => {
  expect(lastOfRange(21767262480, 21767262779)).toEqual({ groups: ['779'], isCut: true });
  expect(lastOfRange(21767262480, 21767263479)).toEqual({ groups: ['263', '479'], isCut: true });
  expect(lastOfRange(5, 5)).toEqual({ groups: ['5'], isCut: false });
  expect(lastOfRange(1000, 1000)).toEqual({ groups: ['000'], isCut: true });
  expect(lastOfRange(999, 1000)).toEqual({ groups: ['1', '000'], isCut: false });
});
