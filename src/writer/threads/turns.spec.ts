import { describe, expect, it } from 'vitest';
import { type Claim, type Scene, hindranceOf, isHopeless } from './turns.js';

const KINDS: Readonly<Record<string, Claim>> = {
  live: { lane: 'live', isHandled: true, isAlone: false },
  background: { lane: 'background', isHandled: true, isAlone: false },
  unhandled: { lane: 'live', isHandled: false, isAlone: false },
  alone: { lane: 'live', isHandled: true, isAlone: true },
};
const NOW = 100_000;

/** @param running each a kind, and for how many ms it has run */
function scene(
  limit: number,
  running: readonly (readonly [string, number])[],
  more: Partial<Scene> = {},
): Scene {
  const jobs = running.map(([kind, ms]) => [{ ...KINDS[kind] }, NOW - ms] as const);
  return { limit, running: new Map(jobs), aside: 0, aloneWaits: false, ...more };
}

const ALL_FREE = scene(2, []);
const BACKGROUND = scene(2, [['background', 100]]);
const LIVE = scene(2, [['live', 100]]);

describe('a job', () => {
  it.each<[string, string, string, Scene]>([
    ['live', 'begins', 'beside a background job', BACKGROUND],
    [
      'live',
      'taken',
      'where all run',
      scene(2, [
        ['live', 1],
        ['live', 1],
      ]),
    ],
    ['live', 'alone', 'where one waits to run alone', { ...LIVE, aloneWaits: true }],
    ['live', 'alone', 'where one runs alone', scene(2, [['alone', 1]])],
    ['background', 'begins', 'beside a live job', LIVE],
    ['background', 'reserved', 'beside a background job', BACKGROUND],
    ['background', 'begins', 'where there is one place', scene(1, [])],
    ['background', 'begins', 'beside one that no broker handles', scene(2, [['unhandled', 1]])],
    ['background', 'begins', 'where three places are', scene(3, [['background', 1]])],
    ['unhandled', 'begins', 'where one waits to run alone', { ...LIVE, aloneWaits: true }],
    ['unhandled', 'alone', 'where one runs alone', scene(2, [['alone', 1]])],
    ['alone', 'begins', 'where nothing runs', ALL_FREE],
    ['alone', 'begins', 'where another one waits', { ...ALL_FREE, aloneWaits: true }],
    ['alone', 'alone', 'beside a live job', LIVE],
    ['alone', 'alone', 'where one waits for the end of its data', { ...ALL_FREE, aside: 1 }],
  ])('that is %s: %s %s', (kind, expected, _where, at) => {
    expect(hindranceOf(KINDS[kind], at) ?? 'begins').toBe(expected);
  });

  it('that was begun goes on where one waits to run alone, not where one does', () => {
    const waits = { ...LIVE, aside: 1, aloneWaits: true };
    expect(hindranceOf(KINDS.live, waits, true)).toBeUndefined();
    expect(hindranceOf(KINDS.live, scene(2, [['alone', 1]]), true)).toBe('alone');
  });

  it.each<[string, boolean, string, Scene]>([
    [
      'live',
      true,
      'all that run are long',
      scene(2, [
        ['live', 501],
        ['background', 900],
      ]),
    ],
    [
      'live',
      false,
      'one of them is short',
      scene(2, [
        ['live', 500],
        ['background', 900],
      ]),
    ],
    [
      'background',
      true,
      'the background job is long',
      scene(2, [
        ['background', 501],
        ['live', 1],
      ]),
    ],
    [
      'background',
      false,
      'the background job is short',
      scene(2, [
        ['background', 1],
        ['live', 501],
      ]),
    ],
    ['live', true, 'the one that runs alone is long', scene(2, [['alone', 501]])],
    ['live', false, 'nothing runs', { ...ALL_FREE, aside: 1, aloneWaits: true }],
    ['alone', false, 'long ones run', scene(2, [['live', 501]])],
    ['alone', true, 'another one runs', scene(2, [['alone', 1]])],
    ['alone', true, 'another one waits', { ...LIVE, aloneWaits: true }],
  ])('that is %s waits in vain (%s) where %s', (kind, expected, _where, at) => {
    expect(isHopeless(KINDS[kind], at, NOW)).toBe(expected);
  });
});
