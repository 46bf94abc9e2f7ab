import { expect, it } from 'vitest';
import { parentOf, parseViewRoute, viewHref } from './view-route.js';

it('writes addresses that it reads', () => {
  const route = { folder: 'p1/raw', file: '/sf/p1/raw/<b>&.h5', path: '/data/A:B' };

  expect(parseViewRoute(viewHref(route))).toEqual(route);
  expect(viewHref({ folder: 'p1/raw' })).toBe('#/?folder=p1/raw');
});

it.each(['', '#', '#/', '#/?'])('begins with the folder that is shown: %s', (hash) => {
  expect(parseViewRoute(hash)).toEqual({ folder: '', file: undefined, path: undefined });
});

it('goes up', () => {
  expect(parentOf('p1/raw')).toBe('p1');
  expect(parentOf('p1')).toBe('');
});
