import { expect, it } from 'vitest';
import { inWindow } from './in-window.js';

async function* numbers(count: number): AsyncGenerator<number, void> {
  for (let number = 0; number < count; number++) yield number;
}

it('runs so many at a time, and no more when it is told to end', async () => {
  const ending = new AbortController();
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await inWindow(numbers(100), 3, ending.signal, async (number) => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    done.push(number);
    if (number === 10) ending.abort();
  });
  expect({ most, running }).toEqual({ most: 3, running: 0 });
  expect(done.length).toBeLessThan(15);
});

it('waits for what runs when a task fails, and begins nothing more', async () => {
  const done: number[] = [];
  const work = inWindow(numbers(100), 3, new AbortController().signal, async (number) => {
    await new Promise(setImmediate);
    if (number === 1) throw new Error('no');
    done.push(number);
  });
  await expect(work).rejects.toThrow('no');
  expect(done.length).toBeLessThan(6);
});
