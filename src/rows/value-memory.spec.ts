import { expect, it } from 'vitest';
import { ValueMemory } from './value-memory.js';

it('clears what was written, in whatever order', () => {
  const memory = new ValueMemory(8);
  const bytes = new Uint8Array(memory.buffer);
  const write = (from: number, to: number) => {
    bytes.fill(7, from, to);
    memory.written(to);
  };
  write(0, 4);
  memory.clear(4, 8);
  memory.clear(2, 3);
  expect([...bytes]).toEqual([7, 7, 0, 7, 0, 0, 0, 0]);
  memory.clear(1, 8);
  expect([...bytes]).toEqual([7, 0, 0, 0, 0, 0, 0, 0]);
  write(5, 6);
  write(2, 3);
  memory.clear(0, 8);
  expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});
