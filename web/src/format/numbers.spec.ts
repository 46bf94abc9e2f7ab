import { expect, test } from 'vitest';
import { counted, grouped, groups, megabytes, rate } from './numbers.js';

test('groups digits by three', () => {
  expect(groups('21767262480')).toEqual(['21', '767', '262', '480']);
  expect(groups('999')).toEqual(['999']);
  expect(grouped(1234567)).toBe('1\u202F234\u202F567');
  expect(counted(1, 'file')).toBe('1 file');
  expect(counted(2000, 'file')).toBe('2\u202F000 files');
});

test('gives sizes in MB, and does not hide what is small', () => {
  const sizes = [0, 1, 49_999, 50_000, 600_000, 9_949_999, 9_950_000, 210_400_000, 1_234_500_000];
  expect(sizes.map(megabytes)).toEqual([
    ...['0.0', '<\u202F0.1', '<\u202F0.1', '0.1', '0.6', '9.9', '10', '210', '1\u202F235'],
  ]);
  expect(rate(12_300_000)).toBe('12 MB/s');
});
