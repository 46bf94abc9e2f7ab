import { expect, test } from 'vitest';
import { age, clock, duration, moment, stay, when } from './times.js';

const at = (text: string) => new Date(text).getTime() / 1000;

test('gives the time of day here, and day and zone in full', () => {
  const time = at('2026-11-24T09:05:07.250');
  expect(clock(time)).toBe('09:05:07');
  expect(moment(time)).toMatch(/^2026-11-24 09:05:07\.250 (\w+, )?UTC[+−]\d\d:\d\d$/);
  expect(when(time, at('2026-11-24T23:00:00'))).toBe('09:05:07');
  expect(when(time, at('2026-11-25T01:00:00'))).toBe('24 Nov 09:05');
});

test('gives an age in one unit', () => {
  expect([-3, 0, 59.9, 60, 3599, 3600, 172_799, 172_800].map(age)).toEqual([
    ...['0 s', '0 s', '59 s', '1 min', '59 min', '1 h', '47 h', '2 d'],
  ]);
});

test('gives a duration as exactly as it matters', () => {
  expect([0.004, 0.6, 9.94, 9.96, 59.4, 59.6, 200, 3600, 7500].map(duration)).toEqual([
    ...['4 ms', '0.6 s', '9.9 s', '10 s', '59 s', '1 min', '3 min 20 s', '1 h', '2 h 5 min'],
  ]);
});

test('gives a stay so that it can be compared', () => {
  expect([0, 0.0034, 0.104, 0.99, 1.234, 12.34, 61].map(stay)).toEqual([
    ...['0 ms', '3 ms', '104 ms', '990 ms', '1.23 s', '12.3 s', '1 min 1 s'],
  ]);
});
