import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localStamp, timeOfStamp } from './local-time.js';
import { formatTrailLine, parseTrailLine } from './trail-line.js';

const request = {
  data_api_request: '{"channels":[]}',
  parameters: '{"general/user":"Jürgen 測定 😀"}',
  timestamp: 1529914272.1,
};

describe('formatTrailLine', () => {
  it('is the line that existing tools cut by position', () => {
    const line = formatTrailLine(request);
    expect(line.slice(1, 16)).toBe(localStamp(new Date(1529914272100)));
    expect(line.slice(16, 18)).toBe('] ');
    expect(JSON.parse(line.slice(18))).toEqual(request);
  });

  it('writes JSON as Python does, ASCII only', () => {
    expect(formatTrailLine(request).slice(18)).toBe(
      String.raw`{"data_api_request": "{\"channels\":[]}", "parameters": "{\"general/user\":\"J\u00fcrgen \u6e2c\u5b9a \ud83d\ude00\"}", "timestamp": 1529914272.1}`,
    );
  });

  it('leaves out what a request does not have or has on the wire only, and keeps further fields', () => {
    const line = formatTrailLine({ ...request, request_id: 'a', dispatch: undefined, attempt: 2 });
    expect(JSON.parse(line.slice(18))).toEqual({ ...request, request_id: 'a' });
  });

  it('comes back as it was, whatever its texts contain, on one line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        (data_api_request, parameters, timestamp) => {
          const line = formatTrailLine({ data_api_request, parameters, timestamp });
          // oxlint-disable-next-line no-control-regex
          expect(line).toMatch(/^[\x20-\x7f]*$/);
          expect(parseTrailLine(line)).toEqual({
            time: new Date(timestamp * 1000),
            request: { data_api_request, parameters, timestamp },
          });
        },
      ),
    );
  });
});

describe('a timestamp that no stamp can express', () => {
  it.each([[1e300], [-1e11], [1e12], [Number.NaN]])('%d gives the current time', (timestamp) => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const line = formatTrailLine({ ...request, timestamp });
    expect(line).toMatch(/^\[\d{8}-\d{6}\] {/);
    const entry = parseTrailLine(line);
    if ('damaged' in entry) throw new Error(entry.damaged);
    expect(Math.abs(entry.time.getTime() - before)).toBeLessThan(60_000);
  });

  it('is never longer or shorter than 15 characters', () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        expect(localStamp(new Date(ms))).toMatch(/^\d{8}-\d{6}$/);
      }),
    );
  });
});

describe('timeOfStamp', () => {
  it('reads what localStamp writes, of any year', () => {
    for (const stamp of [
      '20180625-101112',
      '00500228-235959',
      '20240229-000000',
      '99991231-120000',
    ]) {
      expect(localStamp(timeOfStamp(stamp)!)).toBe(stamp);
    }
  });

  it.each([
    '20180231-000000',
    '20230229-000000',
    '20180431-000000',
    '20180600-000000',
    '20180632-000000',
    '20180001-000000',
  ])('does not take %s for the next month', (stamp) => {
    expect(timeOfStamp(stamp)).toBeUndefined();
  });
});

describe('parseTrailLine', () => {
  it('takes the time of the line where the request has none', () => {
    const line = '[20180625-101112] {"data_api_request": "{}", "parameters": "{}"}';
    const time = timeOfStamp('20180625-101112')!;
    expect(parseTrailLine(line)).toEqual({
      time,
      request: { data_api_request: '{}', parameters: '{}', timestamp: time.getTime() / 1000 },
    });
  });

  it.each([
    ['no time', '{"data_api_request": "", "parameters": ""}', 'does not start with a time'],
    ['no such time', '[20181325-101112] {}', 'does not start with a time'],
    ['a torn line', '[20180625-101112] {"data_api_req', 'is not JSON from character 18'],
    ['a list', '[20180625-101112] []', 'is not a JSON object'],
    ['null', '[20180625-101112] null', 'is not a JSON object'],
    [
      'nesting without end',
      `[20180625-101112] {"data_api_request": "", "parameters": "", "x": ${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      'is nested more than 100 levels',
    ],
    ['a missing field', '[20180625-101112] {"data_api_request": ""}', 'has no text parameters'],
    [
      'an object as field',
      '[20180625-101112] {"data_api_request": {}}',
      'no text data_api_request',
    ],
  ])('says what is wrong with %s', (_what, line, reason) => {
    expect(parseTrailLine(line)).toEqual({ damaged: expect.stringContaining(reason) });
  });
});
