import { expect, it } from 'vitest';
import {
  componentProblem,
  directoryProblem,
  isSuffix,
  pgroupProblem,
  scanNameProblem,
  suffixOf,
} from './names.js';

it.each(['p12345', 'P1', '1.a_b-c', 'a'.repeat(64)])('takes pgroup %j', (name) => {
  expect(pgroupProblem(name)).toBeUndefined();
});

it.each(['', '..', 'p1/..', 'p1..2', '.p1', '-p', 'p 1', 'p1\n', 'p\0', 'a'.repeat(65), 7, null])(
  'refuses pgroup %j',
  (name) => expect(pgroupProblem(name)).toBeDefined(),
);

it.each(['JF01T03V01', 'JF-1.a'])('takes detector %j', (name) => {
  expect(componentProblem(name)).toBeUndefined();
});

it.each(['', '.', '..', 'a/b', 'a b', '-a', 'a..b', 'a\n', 'a;b', 'x'.repeat(201)])(
  'refuses detector %j',
  (name) => expect(componentProblem(name)).toBeDefined(),
);

it.each(['a', 'a/b/c', 'T=5K,1', 'a/', 'Strömung'])('takes directory %j', (name) => {
  expect(directoryProblem(name)).toBeUndefined();
});

it.each([
  '/a',
  '..',
  'a/../b',
  'a//b',
  './a',
  'a/.',
  ' a',
  'a /b',
  'a\nb',
  'a\0',
  'a\u2028',
  'my scan',
  '$(id)',
  '-rf',
  "it's",
])('refuses directory %j', (name) => expect(directoryProblem(name)).toBeDefined());

it('takes a scan’s name that is one component', () => {
  expect(scanNameProblem('delay scan 1')).toBeUndefined();
  expect(scanNameProblem('a/b')).toBeDefined();
  expect(scanNameProblem('..')).toBeDefined();
});

it.each([
  ['usertag', 'usertag'],
  ['a b/c:d', 'a_b_c_d'],
  ['laser on!', 'laser_on_'],
  ['v1.', 'v1_'],
  ['a+b-c_d.e', 'a+b-c_d.e'],
  ['x'.repeat(60), 'x'.repeat(50)],
  ['ü😀', '__'],
  ['../..', '.._._'],
  ['', undefined],
  [null, undefined],
])('cleans tag %j', (tag, suffix) => {
  expect(suffixOf(tag)).toBe(suffix);
  if (suffix !== undefined) expect(isSuffix(suffix)).toBe(true);
});
