import { expect, it } from 'vitest';
import { BlockMemory } from './block-memory.js';

const MIB = 1024 ** 2;

it('keeps memory for images from one reply to the next', () => {
  const memory = new BlockMemory();
  memory.begin();
  const values = memory.valueBytes(3 * MIB);
  memory.begin();
  expect(memory.valueBytes(3 * MIB)).toBe(values);
});

it('gives up what unusually large values needed', () => {
  const memory = new BlockMemory();
  memory.begin();
  expect(memory.valueBytes(100 * MIB).size).toBe(100 * MIB);
  memory.begin();
  expect(memory.valueBytes(3 * MIB).size).toBe(3 * MIB);
});

it('shares with another thread what is too large to be copied, and nothing else', () => {
  const memory = new BlockMemory();
  memory.begin();
  expect(memory.valueBytes(3 * MIB).buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(memory.valueBytes(MIB).buffer).toBeInstanceOf(ArrayBuffer);
});
