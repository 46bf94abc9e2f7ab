import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GlobalDates,
  firstPulseFrom,
  globalSecondsOf,
  lastPulseUntil,
  pulseIdAt,
  timestampOf,
} from './pulse-clock.js';

const pulseIds = integer({ min: 0, max: 100_000_000_000 });

describe('pulse clock', () => {
  it('gives a pulse 10 ms, and its timestamp the pulse id modulo 10^6 at the end', () => {
    assert(
      property(pulseIds, (id) => {
        expect(timestampOf(id) % 1_000_000n).toBe(BigInt(id % 1_000_000));
        expect(timestampOf(id + 100) / 1_000_000_000n).toBe(timestampOf(id) / 1_000_000_000n + 1n);
      }),
    );
  });

  it('finds a pulse again by its timestamp, and its neighbours by the nanosecond beside it', () => {
    assert(
      property(pulseIds, (id) => {
        const timestamp = timestampOf(id);
        expect(firstPulseFrom(timestamp)).toBe(id);
        expect(lastPulseUntil(timestamp)).toBe(id);
        expect(firstPulseFrom(timestamp + 1n)).toBe(id + 1);
        expect(lastPulseUntil(timestamp - 1n)).toBe(id - 1);
      }),
    );
  });

  it('writes dates in Swiss time, summer and winter, whatever the order of the pulses', () => {
    const dates = new GlobalDates();
    assert(
      property(pulseIds, (id) => {
        const date = dates.of(id);
        expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\+0[12]:00$/);
        expect(BigInt(Date.parse(date))).toBe(timestampOf(id) / 1_000_000n);
        expect(date.slice(23, 29)).toBe(String(id % 1_000_000).padStart(6, '0'));
      }),
    );
    const before = pulseIdAt(Date.UTC(2021, 2, 28, 0, 59, 59, 990));
    expect(dates.of(before)).toBe('2021-03-28T01:59:59.990639999+01:00');
    expect(dates.of(before + 1)).toBe('2021-03-28T03:00:00.000640000+02:00');
  });

  it('writes seconds with nine decimals', () => {
    expect(globalSecondsOf(1)).toBe('1577836800.010000001');
  });
});
