import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Death } from '../../report/report.js';
import { capturedLog } from '../captured-log.fixture.js';
import type { Housekeeping } from '../housekeeping.js';
import { DeathWatch } from './death-watch.js';
import type { Reporter } from './reporter.js';

const death = (id: string): Death => ({ death_id: id, request_id: `of-${id}`, attempt: 1 });

describe('DeathWatch', () => {
  const log = capturedLog();
  let onDisk: Death[];
  let told: string[][];
  let fails: boolean;
  let looks: number;
  let watch: DeathWatch;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
    [onDisk, told, fails, looks] = [[], [], false, 0];
    const housekeeping: Pick<Housekeeping, 'findDeaths' | 'forgetDeaths'> = {
      findDeaths: () => {
        looks++;
        return fails ? Promise.reject(new Error('hangs')) : Promise.resolve([...onDisk]);
      },
      forgetDeaths: (ids) => {
        onDisk = onDisk.filter(({ death_id: id }) => !ids.includes(id));
        return Promise.resolve();
      },
    };
    const tellDeaths = (deaths: readonly Death[]) =>
      void told.push(deaths.map(({ death_id: id }) => id));
    watch = new DeathWatch(housekeeping as Housekeeping, { tellDeaths } as Reporter);
  });

  afterEach(() => {
    watch.onApplicationShutdown();
    vi.useRealTimers();
  });

  it('tells what it finds at the start and later, for an hour', async () => {
    onDisk = [death('a')];
    await watch.start();
    expect(told).toEqual([['a']]);
    onDisk.push(death('b'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([['a'], ['a', 'b']]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(told.at(-2)).toEqual(['b']);
    expect(told.at(-1)).toEqual([]);
    expect(onDisk).toEqual([]);
    onDisk = [death('a')];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.at(-1)).toEqual([]);
    const lines = log.events.filter(({ level }) => level === 'warn');
    expect(lines.map((line) => line.request_id)).toEqual(['of-a', 'of-b']);
  });

  it('tells the newest 1,000', async () => {
    onDisk = Array.from({ length: 1002 }, (_, n) => death(`d${n}`));
    await watch.start();
    expect(told[0]).toHaveLength(1000);
    expect(told[0][0]).toBe('d2');
    expect(onDisk).toHaveLength(1000);
  });

  it('looks less often where looking fails', async () => {
    fails = true;
    await watch.start();
    await vi.advanceTimersByTimeAsync(299_000);
    expect(looks).toBe(1);
    fails = false;
    onDisk = [death('a')];
    await vi.advanceTimersByTimeAsync(2000);
    expect(told).toEqual([['a']]);
  });
});
