import { afterEach, describe, expect, it, vi } from 'vitest';
import { DATE_BYTES, datesOf } from './date-text.js';

afterEach(() => vi.unstubAllEnvs());

function textsOf(...timestamps: bigint[]): string[] {
  const column = datesOf({
    rows: timestamps.length,
    timestamps: BigInt64Array.from([...timestamps, -7n]),
    globalDates: undefined,
  });
  return Array.from(column.ends, (end) =>
    Buffer.from(column.bytes.subarray(end - DATE_BYTES, end)).toString(),
  );
}

describe('datesOf', () => {
  it('are local times with all nine digits, summer and winter', () => {
    vi.stubEnv('TZ', 'Europe/Zurich');
    expect(textsOf(1_528_459_491_551_143_344n, 1_795_509_424_000_000_009n, -1n)).toEqual([
      '2018-06-08T14:04:51.551143344+02:00',
      '2026-11-24T09:37:04.000000009+01:00',
      '1970-01-01T00:59:59.999999999+01:00',
    ]);
  });

  it('keeps the texts that a block has', () => {
    const globalDates = { bytes: Buffer.from('yesterday'), ends: Uint32Array.of(9) };
    const block = { rows: 1, timestamps: BigInt64Array.of(1n), globalDates };
    expect(datesOf(block)).toBe(globalDates);
  });
});
