import { expect, test } from 'vitest';
import { NO_FILTER, hrefOf, parseRoute } from './route.js';

test('reads back every address that it writes', () => {
  const filter = {
    state: ['failed', 'queued'],
    lane: 'live',
    healing: true,
    incomplete: false,
    search: 'run <script> & 100 %',
  } as const;
  for (const route of [
    { view: 'list', filter },
    { view: 'request', id: 'a/b?c', filter },
    { view: 'acquire', filter },
    { view: 'runs', filter },
    { view: 'runs', pgroup: 'p12345/..?', filter },
    { view: 'run', pgroup: 'p12345', run: 7, filter },
    { view: 'run', pgroup: 'p12345', run: 7, beamline: 'alvra', filter },
    { view: 'file', file: '/sf/run #1.h5', path: '/data/A:B', filter },
  ] as const) {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  }
});

test('writes addresses that people can read', () => {
  const filter = { ...NO_FILTER, state: ['failed', 'queued'] };
  expect(hrefOf({ view: 'list', filter })).toBe('#/?state=failed,queued');
  expect(hrefOf({ view: 'file', file: '/sf/a.h5', filter: NO_FILTER })).toBe(
    '#/files?file=/sf/a.h5',
  );
});

test('takes what it does not understand for the list of all', () => {
  for (const hash of [
    '',
    '#',
    '#/nowhere',
    '#/requests/',
    '#/files',
    '#/runs/p12345/last',
    '#/?lane=fast&healing=maybe',
  ]) {
    expect(parseRoute(hash)).toEqual({ view: 'list', filter: NO_FILTER });
  }
  expect(parseRoute('#/requests/%E0%A4%A')).toMatchObject({ view: 'request', id: '%E0%A4%A' });
});
