import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { remedyFor } from './remedies.js';

const CHECKS = ['readiness', 'trouble-readiness'].flatMap((name) => {
  const source = new URL(`../../../src/broker/monitoring/${name}.ts`, import.meta.url);
  return [...readFileSync(source, 'utf8').matchAll(/^ {4}(\w+): \(\) =>/gm)].map(
    ([, check]) => check!,
  );
});

test('has something to say of every check of the broker', () => {
  expect(CHECKS.length).toBeGreaterThan(8);
  expect(CHECKS.filter((check) => remedyFor(check).remedy === '')).toEqual([]);
});

test('names a check that it does not know', () => {
  expect(remedyFor('some_other')).toEqual({ title: 'some other', remedy: '' });
});
