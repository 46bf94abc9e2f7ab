import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Repeats } from './repeats.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function noted() {
  const repeats = new Repeats();
  const told: string[] = [];
  const note = (kind: string) => repeats.note(kind, (times) => told.push(`${kind} ${times}`));
  return { repeats, told, note };
}

it('tells once of what came several times in a row, with the number', () => {
  const { told, note } = noted();
  for (let n = 0; n < 10; n++) {
    note('a');
    vi.advanceTimersByTime(100);
  }
  note('b');
  expect(told).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(told).toEqual(['a 10', 'b 1']);
  note('a');
  vi.advanceTimersByTime(500);
  expect(told).toEqual(['a 10', 'b 1', 'a 1']);
});

it('tells within two seconds of what goes on, and then every minute', () => {
  const { told, note } = noted();
  for (let n = 0; n < 1000; n++) {
    note('a');
    vi.advanceTimersByTime(100);
    if (n === 19) expect(told).toHaveLength(1);
  }
  expect(told).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  const times = told.map((text) => Number(text.slice(2)));
  expect(times).toHaveLength(3);
  expect(times.reduce((sum, each) => sum + each)).toBe(1000);
});

it('tells at once when it is closed, and holds a limited number of kinds', () => {
  const repeats = new Repeats();
  const told: number[] = [];
  for (let n = 0; n < 5000; n++) repeats.note(String(n), (times) => told.push(times));
  repeats.close();
  expect(told).toEqual([...Array(1000).fill(1), 4000]);
});
