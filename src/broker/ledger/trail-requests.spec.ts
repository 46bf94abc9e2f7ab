import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import type { WriteRequest } from '../../request/write-request.js';
import { factsOf, requestToDeliver } from './trail-requests.js';

const SETTLED = 'settled-1';
const isSettled = (id: string) => id === SETTLED;
const REQUEST = { data_api_request: '{}', parameters: '{"output_file": "a.h5"}', timestamp: 1.5 };

const idFound = (line: string) => {
  const facts = requestToDeliver(Buffer.from(line), isSettled);
  return facts === 'damaged' ? facts : facts?.id;
};
const line = (fields: string) =>
  `[20261124-101500] {"data_api_request": "{}", "parameters": "{}", ${fields}}`;

describe('a line of the trail is to be delivered', () => {
  it.each([
    ['an id that is not settled', { request_id: 'open-1' }],
    ['what a settled one replays', { request_id: 'open-1', replay_of: SETTLED }],
    ['a long replay', { request_id: 'open-1', replay_of: 'r'.repeat(255) }],
    ['only recorded', { request_id: 'open-1', dispatch: false }],
    ['of a lane', { request_id: 'open-1', lane: 'background', trail_id: 't', sequence: 5 }],
    ['the live one', { request_id: 'open-1', lane: 'live', trail_id: 't', sequence: 5 }],
    ['no lane', { request_id: 'open-1', lane: 'express', trail_id: 't', sequence: 5 }],
    ['a live replay', { request_id: 'open-1', replay_of: 'r', lane: 'live' }],
    ['a place in a trail', { request_id: 'open-1', trail_id: 't', sequence: 1_800_000_000_000 }],
    ['of a run', { request_id: 'open-1', layout: 'root', log_file: '/a/x.log', lane: 'live' }],
    ['an id with quotes', { request_id: `", "request_id": "${SETTLED}` }],
    ['an id of other letters', { request_id: 'übung' }],
  ])('%s', (_what, fields) => {
    const request = { ...REQUEST, ...fields } as WriteRequest;
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
      sortKey: 1500,
      lane: fields.includes('replay_of') ? 'background' : 'live',
      replayOf: fields.includes('replay_of') ? 'b' : undefined,
    });
  });
});

describe('the output file', () => {
  const seen = (parameters: string) => {
    const request = { ...REQUEST, parameters, request_id: 'a' };
    const facts = requestToDeliver(Buffer.from(formatTrailLine(request)), isSettled);
    return facts === 'damaged' ? facts : facts?.outputFile;
  };

  it.each([
    ['first', '{"output_file":"x.h5","user":"p1"}', 'x.h5'],
    ['behind others', '{"user":"p1","output_file":"x.h5","channels":["A"]}', 'x.h5'],
    ['behind an object', '{"user":{"name":"p1"},"output_file":"x.h5"}', 'x.h5'],
    ['not that of an object inside', '{"a":{"output_file":"y.h5"},"output_file":"x.h5"}', 'x.h5'],
    ['nor of one behind', '{"output_file":"x.h5","a":{"output_file":"y.h5"}}', 'x.h5'],
    ['only inside', '{"a":{"output_file":"y.h5"}}', undefined],
    ['only in a list', '{"a":[{"output_file":"y.h5"}]}', undefined],
    ['the last of two', '{"output_file":"y.h5","output_file":"x.h5"}', 'x.h5'],
    ['the last of two, with a blank', '{"output_file":"y.h5","output_file": "x.h5"}', 'x.h5'],
    ['the last of two, a blank before', '{"output_file" :"y.h5","output_file":"x.h5"}', 'x.h5'],
    ['no text any more', '{"output_file":"y.h5","output_file":null}', undefined],
    ['under an escaped name', '{"output_file":"y.h5","output_fil\\u0065":"x.h5"}', 'x.h5'],
    ['not of a name that ends alike', '{"\\"output_file":"y.h5"}', undefined],
    ['not in a text', '{"a":"\\"output_file\\":\\"y.h5\\"","output_file":"x.h5"}', 'x.h5'],
    ['behind a brace in a text', '{"a":"{","output_file":"x.h5"}', 'x.h5'],
    ['with a backslash', '{"output_file":"x\\\\y.h5"}', 'x\\y.h5'],
    ['with a quote', '{"output_file":"x\\"y.h5"}', 'x"y.h5'],
    ['not ASCII', '{"output_file":"ü.h5"}', 'ü.h5'],
    ['empty', '{"output_file":""}', undefined],
    ['no text', '{"output_file":5}', undefined],
    ['with blanks', '{ "output_file" : "x.h5" }', 'x.h5'],
  ])('is the one that parsing gives: %s', (_what, parameters, expected) => {
    expect(seen(parameters)).toBe(expected);
  });

  it('is, whatever the parameters', () => {
    const key = fc.constantFrom('output_file', '"output_file', '{', 'output_file":"', 'a\\', 'ü');
    const parameters = fc.dictionary(
      fc.oneof(key, fc.string()),
      fc
        .jsonValue({ depthSize: 'small', stringUnit: 'grapheme-ascii' })
        .chain((value) =>
          fc.constantFrom(
            value,
            JSON.stringify({ output_file: 'z' }),
            { output_file: 'z' },
            'x.h5',
          ),
        ),
    );
    fc.assert(
      fc.property(parameters, fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const { output_file: file } = value as { output_file?: unknown };
        expect(seen(text)).toBe(typeof file === 'string' && file ? file : undefined);
      }),
      { numRuns: 500 },
    );
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
  ])('%s', (_what, fields) => {
    expect(idFound(line(fields))).toBeUndefined();
  });

  it.each([
    ['torn', line('"timestamp": 1, "request_id": "open-1", "replay_of')],
    ['without a time in front', '{"timestamp": 1, "request_id": "open-1"}'],
  ])('and told where it is damaged: %s', (_what, text) => {
    expect(idFound(text)).toBe('damaged');
  });
});
