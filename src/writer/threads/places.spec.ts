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

function claim(more: Partial<Claim> = {}): Claim {
  return { lane: 'live', isHandled: true, isAlone: false, ...more };
}

async function ask(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const each = claim({ isHandled: false });
    claims.push(each);
    void places.take(each, NEVER).then(() => admitted++);
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

  it('are given to live jobs first, of those of a lane to who goes on after a wait for data', async () => {
    places = new Places(1);
    const order: string[] = [];
    const jobs: Record<string, Claim> = {
      'first background': claim({ lane: 'background' }),
      'late background': claim({ lane: 'background' }),
      live: claim(),
      'late live': claim(),
    };
    const note = (name: string, place: Promise<void>) => void place.then(() => order.push(name));
    for (const name of ['late live', 'late background']) {
      await places.take(jobs[name], NEVER);
      places.standAside(jobs[name]);
    }
    await ask(1);
    for (const name of ['first background', 'live']) note(name, places.take(jobs[name], NEVER));
    for (const name of ['late background', 'late live']) note(name, places.comeBack(jobs[name]));
    await leave(1);
    for (let n = 0; n < 3; n++) {
      places.leave(jobs[order[n]]);
      await turn();
    }
    expect(order).toEqual(['late live', 'live', 'late background', 'first background']);
  });

  it('are kept where too many stand aside, or fewer are given out', async () => {
    const jobs: Claim[] = [];
    for (let n = 0; n < 13; n++) {
      jobs.push(claim());
      await places.take(jobs[n], NEVER);
      places.standAside(jobs[n]);
    }
    expect(jobs.filter((job) => places.isAside(job))).toHaveLength(12);
    expect(places.taken).toBe(1);
    places.leave(jobs[0]);
    places.lower();
    places.standAside(jobs[12]);
    expect(places.isAside(jobs[12])).toBe(false);
  });

  it('are not waited for any longer by a job that ended while it waited to come back', async () => {
    places = new Places(1);
    const late = claim();
    await places.take(late, NEVER);
    places.standAside(late);
    await ask(1);
    let came = false;
    void places.comeBack(late).then(() => (came = true));
    places.leave(late);
    await leave(1);
    expect([came, places.taken]).toEqual([false, 0]);
  });

  it('go to all who wait when a job that was to run alone gives up', async () => {
    const leaving = new AbortController();
    await ask(1);
    const alone = places.take(claim({ isAlone: true }), leaving.signal);
    let came = false;
    void places.take(claim(), NEVER).then(() => (came = true));
    await expect(places.take(claim({ isAlone: true }), NEVER, 60_000)).rejects.toThrow(
      'no free slot',
    );
    leaving.abort(new Error('closing'));
    await expect(alone).rejects.toThrow('closing');
    await turn();
    expect(came).toBe(true);
  });
});
