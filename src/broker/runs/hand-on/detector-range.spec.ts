import { expect, it } from 'vitest';
import { detectorRange } from './detector-range.js';

it.each([
  [101, 199, 10, 110, 190],
  [100, 200, 10, 100, 200],
  [101, 199, 1, 101, 199],
  [101, 109, 10, 0, 109],
  [0, 5, 100, 0, 0],
])('%i to %i at rate %i: %i to %i', (startPulseId, endPulseId, rate, first, last) => {
  const range = detectorRange({ startPulseId, endPulseId }, rate);
  expect(range).toEqual({ startPulseId: first, endPulseId: last });
});
