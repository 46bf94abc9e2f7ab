import { describe, expect, it } from 'vitest';
import { KeyedMutex } from './keyed-mutex.js';

function task() {
  let end!: () => void;
  let fail!: (error: Error) => void;
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { ended, end, fail };
}

describe('KeyedMutex', () => {
  it('keeps the order within a key and lets others pass', async () => {
    const mutex = new KeyedMutex();
    const events: string[] = [];
    const [first, second] = [task(), task()];
    const run = (name: string, key: string, ended: Promise<void>) =>
      mutex.run(key, async () => {
        events.push(`${name} begins`);
        await ended;
        events.push(`${name} ends`);
        return name;
      });
    const all = [run('a1', 'a', first.ended), run('a2', 'a', second.ended)];
    all.push(run('b1', 'b', Promise.resolve()));
    await all[2];
    expect(events).toEqual(['a1 begins', 'b1 begins', 'b1 ends']);
    second.end();
    first.end();
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1']);
    expect(events.slice(3)).toEqual(['a1 ends', 'a2 begins', 'a2 ends']);
  });

  it('goes on after a task that failed', async () => {
    const mutex = new KeyedMutex();
    const failing = mutex.run('a', () => Promise.reject(new Error('no')));
    const next = mutex.run('a', () => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
