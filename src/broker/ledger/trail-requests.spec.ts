import { describe, expect, it } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { factsOf, requestToDeliver } from './trail-requests.js';

const SETTLED = 'settled-1';
const isSettled = (id: string) => id === SETTLED;
const REQUEST = { data_api_request: '{}', parameters: '{"output_file": "a.h5"}', timestamp: 1.5 };

const idFound = (line: string) => requestToDeliver(Buffer.from(line), isSettled)?.id;
const line = (fields: string) =>
  `[20261124-101500] {"data_api_request": "{}", "parameters": "{}", ${fields}}`;

describe('a line of the trail is to be delivered', () => {
  it.each([
    ['an id that is not settled', { request_id: 'open-1' }],
    ['what a settled one replays', { request_id: 'open-1', replay_of: SETTLED }],
    ['a long replay', { request_id: 'open-1', replay_of: 'r'.repeat(255) }],
    ['only recorded', { request_id: 'open-1', dispatch: false }],
    ['an id with quotes', { request_id: `", "request_id": "${SETTLED}` }],
    ['an id of other letters', { request_id: 'übung' }],
  ])('%s', (_what, fields) => {
    const request = { ...REQUEST, ...fields };
    expect(requestToDeliver(Buffer.from(formatTrailLine(request)), isSettled)).toEqual(
      factsOf(request),
    );
  });

  it.each([['data_api_request'], ['parameters'], ['remark']])(
    'whatever stands inside the text %s',
    (field) => {
      const inside = `x, "timestamp": 1, "request_id": "${SETTLED}"}`;
      for (const text of [inside, JSON.stringify(inside), `${inside}\\`, `\\${inside}`]) {
        const request = { ...REQUEST, request_id: 'open-1', [field]: text };
        expect(idFound(formatTrailLine(request))).toBe('open-1');
      }
    },
  );

  it.each([
    ['the settled id first', `"timestamp": 1, "request_id": "${SETTLED}", "request_id": "open-1"`],
    [
      'the settled id earlier',
      `"request_id": "${SETTLED}", "timestamp": 1, "request_id": "open-1"`,
    ],
    [
      'the last of them escaped',
      `"timestamp": 1, "request_id": "${SETTLED}", "request\\u005fid": "open-1"`,
    ],
    [
      'other keys behind',
      `"timestamp": 1, "request_id": "open-1", "more": {"request_id": "${SETTLED}"}`,
    ],
    ['another order', `"request_id": "open-1", "timestamp": 1`],
    ['without blanks', `"timestamp":1,"request_id":"open-1"`],
    ['an escaped letter', `"timestamp": 1, "request_id": "\\u006fpen-1"`],
  ])('by the id that counts: %s', (_what, fields) => {
    expect(idFound(line(fields))).toBe('open-1');
  });
});

describe('what is asked of a request', () => {
  it.each([
    [
      'ours',
      '"parameters": "{\\"output_file\\":\\"\\u00fc.h5\\"}", "timestamp": 1.5, "request_id": "a"',
    ],
    [
      'ours, other fields behind',
      '"parameters": "{\\"output_file\\": \\"ü.h5\\"}", "timestamp": 1.5, "request_id": "a", "replay_of": "b", "more": 5',
    ],
    [
      'other fields before the timestamp',
      '"parameters": "{\\"output_file\\": \\"ü.h5\\"}", "more": "x", "timestamp": 1.5, "request_id": "a"',
    ],
    [
      'parameters inside of something else first',
      '"more": {"x": "", "parameters": "{\\"output_file\\": \\"b\\"}"}, "parameters": "{\\"output_file\\": \\"ü.h5\\"}", "timestamp": 1.5, "request_id": "a"',
    ],
    [
      'parameters twice',
      '"parameters": "{\\"output_file\\": \\"b\\"}", "timestamp": 1.5, "request_id": "a", "parameters": "{\\"output_file\\": \\"ü.h5\\"}"',
    ],
  ])('is the same however the line is written: %s', (_what, fields) => {
    const text = `[20261124-101500] {"data_api_request": "{}", ${fields}}`;
    expect(requestToDeliver(Buffer.from(text), isSettled)).toEqual({
      id: 'a',
      accepted: 1.5,
      outputFile: 'ü.h5',
      dispatch: true,
    });
  });
});

describe('a line of the trail is passed over', () => {
  it.each([
    ['settled', `"timestamp": 1, "request_id": "${SETTLED}"`],
    [
      'settled, with more fields',
      `"timestamp": 1, "request_id": "${SETTLED}", "replay_of": "open-1"`,
    ],
    ['settled, in another order', `"request_id": "${SETTLED}", "timestamp": 1`],
    ['settled, an escaped letter', `"timestamp": 1, "request_id": "\\u0073ettled-1"`],
    [
      'settled by the last of two ids',
      `"timestamp": 1, "request_id": "open-1", "request_id": "${SETTLED}"`,
    ],
    ['of another implementation', '"timestamp": 1'],
    ['an id that is no text', '"timestamp": 1, "request_id": 5'],
    ['torn', '"timestamp": 1, "request_id": "open-1", "replay_of'],
  ])('%s', (_what, fields) => {
    expect(idFound(line(fields))).toBeUndefined();
  });

  it('that has no time in front', () => {
    expect(idFound('{"timestamp": 1, "request_id": "open-1"}')).toBeUndefined();
  });
});
