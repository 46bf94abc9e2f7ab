import { describe, expect, it } from 'vitest';
import { ScatteredPulseIds } from '../extended/pulse-id-set.js';
import { Hdf5Failure } from '../library/hdf5-failure.js';
import { PlotsFailed } from '../library/plots-failed.js';
import { fromMessage, toMessage } from './failure-message.js';

const SYSTEM = Object.assign(new Error('EIO: i/o error, write'), {
  ...{ code: 'EIO', errno: -5, syscall: 'write', path: '/a/b' },
});

/** As another thread hears of it. */
const told = (error: unknown) => fromMessage(structuredClone(toMessage(error)));

describe('a failure that another thread is told', () => {
  it.each([
    new Hdf5Failure('disk_full', '/a/b', 'no space', true),
    Hdf5Failure.ofSystem('/a/b', SYSTEM),
    new PlotsFailed(new RangeError('not foreseen')),
    new ScatteredPulseIds(),
    SYSTEM,
    new RangeError('Array buffer allocation failed', { cause: SYSTEM }),
    new TypeError('texts for a channel of numbers'),
  ])('is what it was: %s', (error) => {
    const found = told(error);
    expect(String(found)).toBe(String(error));
    expect(found.stack).toBe(error.stack);
    expect({ ...found }).toEqual({ ...error });
    expect(String(found.cause)).toBe(String(error.cause));
    expect(found).toBeInstanceOf(error instanceof TypeError ? Error : error.constructor);
  });

  it('may be no error at all', () => {
    expect(told('aborted')).toMatchObject({ message: 'aborted' });
  });
});
