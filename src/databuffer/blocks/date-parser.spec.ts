import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DateParser } from './date-parser.js';

const parser = new DateParser();

function nanoseconds(text: string): bigint | undefined {
  const bytes = Buffer.from(`xx${text}xx`);
  if (!parser.parse(bytes, 2, bytes.length - 2)) return undefined;
  return BigInt.asIntN(64, (BigInt(parser.high) << 32n) | BigInt(parser.low));
}

describe('dates', () => {
  it.each([
    ['2018-06-08T14:04:51.551143344+02:00', 1528459491551143344n],
    ['2018-06-08T12:04:51.551143344Z', 1528459491551143344n],
    ['2018-06-08T14:04:51.551143344+0200', 1528459491551143344n],
    ['2018-06-08T06:34:51.5-05:30', 1528459491500000000n],
    ['2018-06-08T14:04:52+02:00', 1528459492000000000n],
    ['2018-06-08T14:04:52.1234567899999+02:00', 1528459492123456789n],
    ['1969-12-31T23:59:59.999999999Z', -1n],
    ['1970-01-01T00:00:00Z', 0n],
    ['2016-12-31T23:59:60Z', 1483228800000000000n],
    ['2000-02-29T00:00:00Z', 951782400000000000n],
    ['2262-04-11T23:47:16.854775807Z', 2n ** 63n - 1n],
    ['1677-09-21T00:12:43.145224192Z', -(2n ** 63n)],
  ])('reads %s', (text, value) => {
    expect(nanoseconds(text)).toBe(value);
  });

  it.each([
    '',
    '2018-06-08',
    '2018-06-08T14:04:51',
    '2018-06-08T14:04:51.5',
    '2018-06-08T14:04:51.Z',
    '2018-06-08T14:04:51+2:00',
    '2018-06-08T14:04:51+02:0',
    '2018-06-08T14:04:51+02:60',
    '2018-06-08T14:04:51.123+02:00x',
    '2018-02-29T00:00:00Z',
    '2018-13-01T00:00:00Z',
    '2018-06-08T24:00:00Z',
    '2018-06-08T14:60:00Z',
    '2018/06/08T14:04:51Z',
    'Fri Jun  8 14:04:51 2018',
    '2262-04-11T23:47:16.854775808Z',
    '1677-09-21T00:12:43.145224191Z',
    '9999-01-01T00:00:00Z',
  ])('does not read %j', (text) => {
    expect(nanoseconds(text)).toBeUndefined();
  });

  it('agrees with Date to the millisecond, in any offset', () => {
    const times = fc.date({
      min: new Date('1700-01-01T00:00:00Z'),
      max: new Date('2260-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: -14 * 60, max: 14 * 60 }), (time, offset) => {
        const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
        const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
        const text = `${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
        expect(nanoseconds(text)).toBe(BigInt(time.getTime()) * 1_000_000n);
      }),
      { numRuns: 1000 },
    );
  });
});
