import { expect, test } from 'vitest';
import { shortWriter } from './writers.js';

test('leaves out what nobody reads', () => {
  expect(shortWriter('sf-daq-2-4711-6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55')).toBe('sf-daq-2-4711');
  expect(shortWriter('6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55')).toBe(
    '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55',
  );
  expect(shortWriter('w1')).toBe('w1');
});
