import { describe, expect, it } from 'vitest';
import { parseReport, reportMessage } from './report-message.js';
import type { Report } from './report.js';

const held = {
  request_id: 'r1',
  attempt: 2,
  state: 'writing',
  bytes: 10,
  rows: 3,
  tries: 1,
  failure: { code: 'refused', message: 'nobody there' },
} as const;
const presence = {
  writer_id: 'w',
  version: '1',
  host: 'h',
  pid: 5,
  started: 1.5,
  concurrency: 2,
  heartbeat: 5,
  held: [held],
};
const report = {
  request_id: 'r1',
  state: 'failed',
  output_file: '/sf/a.h5',
  attempts: 1,
  channels: [
    { name: 'A', rows: 0, problems: [{ code: 'out_of_range', count: 2, first_pulse_id: 7 }] },
    { name: 'B', rows: 1, first_pulse_id: 1, last_pulse_id: 1, problems: [], missing_pulses: 4 },
  ],
  not_requested: ['C'],
  bytes: 100,
  rows: 1,
  seconds: 0.5,
  failure: { code: 'disk_full', message: 'full' },
} as const;
const REPORTS: readonly Report[] = [
  { kind: 'hello', ...presence },
  { kind: 'heartbeat', ...presence, held: [] },
  { kind: 'progress', writer_id: 'w', held },
  { kind: 'outcome', writer_id: 'w', request_id: 'r1', attempt: 1, report },
  { kind: 'returned', writer_id: 'w', request_id: 'r1', attempt: 1 },
  { kind: 'goodbye', writer_id: 'w' },
];

describe('a report', () => {
  it.each(REPORTS.map((each) => [each.kind, each] as const))(
    'comes as it was sent, what is not known included: %s',
    (_kind, each) => {
      expect(JSON.parse(JSON.stringify(parseReport(reportMessage(each))))).toEqual(each);
    },
  );

  it.each([
    ['no text', undefined, 'not JSON'],
    ['no JSON', '{', 'not JSON'],
    ['no object', '5', 'no JSON object'],
    ['a list', '[]', 'kind'],
    [
      'nesting without end',
      `{"kind":"goodbye","writer_id":"w","x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      'nested more than 100 levels',
    ],
    ['another kind', '{"kind":"constructor"}', 'kind must be one of hello'],
    ['nothing else', '{"kind":"goodbye"}', 'writer_id'],
    ['no held request', '{"kind":"progress","writer_id":"w"}', 'held should not be null'],
    [
      'a wrong one',
      JSON.stringify({ ...REPORTS[0], held: [{ ...held, attempt: 0 }] }),
      'held.0.attempt',
    ],
    [
      'no state',
      JSON.stringify({ ...REPORTS[3], report: { ...report, state: 'gone' } }),
      'report.state',
    ],
  ])('that is none names what is wrong: %s', (_what, text, problem) => {
    expect(() => parseReport({ write_report: text })).toThrowError(
      expect.objectContaining({
        code: 'invalid_report',
        message: expect.stringContaining(problem),
      }),
    );
  });
});

it('a report that is nested by the million is not even parsed', () => {
  // Parsed, it would be found to end too soon.
  const write_report = '['.repeat(31 * 1024 * 1024);
  expect(() => parseReport({ write_report })).toThrow('nested more than 100 levels deep');
});
