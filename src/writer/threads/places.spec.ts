import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Places } from './places.js';
import type { Claim } from './turns.js';

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

let places: Places;
/** How many have got their place so far. */
let admitted: number;
let claims: Claim[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  [places, admitted, claims] = [new Places(4), 0, []];
});

afterEach(() => void vi.useRealTimers());

async function ask(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const claim: Claim = { lane: 'live', isHandled: false, isAlone: false };
    claims.push(claim);
    void places.take(claim, NEVER).then(() => admitted++);
  }
  await turn();
}

async function leave(count: number): Promise<void> {
  for (let n = 0; n < count; n++) places.leave(claims.shift()!);
  await turn();
}

const turn = () => new Promise(setImmediate);

describe('places for jobs', () => {
  it('are fewer after the machine had too little for all, and never none', async () => {
    await ask(10);
    expect(admitted).toBe(4);
    places.lower();
    await leave(1);
    expect({ admitted, taken: places.taken, limit: places.limit }).toEqual({
      admitted: 4,
      taken: 3,
      limit: 3,
    });
    await leave(1);
    expect(admitted).toBe(5);
    for (let n = 0; n < 5; n++) places.lower();
    await leave(3);
    places.lower();
    expect(places.limit).toBe(1);
    await leave(1);
    expect(places.taken).toBe(1);
  });

  it('become as many as they were, one after another', async () => {
    await ask(100);
    places.lower();
    places.lower();
    await leave(1);
    places.lower();
    await leave(1);
    expect(places.limit).toBe(2);
    for (const limit of [3, 4, 4]) {
      vi.advanceTimersByTime(30_000);
      await leave(1);
      expect({ limit: places.limit, taken: places.taken }).toEqual({ limit, taken: limit });
    }
  });
});
