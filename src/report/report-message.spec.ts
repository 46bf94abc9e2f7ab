import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { CLASSES, parseReport, parseReportInTurns, reportMessage } from './report-message.js';
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
    ['no object', '5', 'not a JSON object'],
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
  const write_report = `{"kind":"outcome","x":${'['.repeat(31 * 1024 * 1024)}`;
  expect(() => parseReport({ write_report })).toThrow('nested more than 100 levels deep');
});

describe('a large report', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...held, request_id: `r${n}` }));
  const channels = Array.from({ length: 50_000 }, (_, n) => ({
    name: `CHANNEL-${n}`,
    rows: 1,
    problems: [{ code: 'null_value', count: 1 }],
  }));

  it('may be an outcome of 50,000 channels, or name all that a writer of before holds', () => {
    const outcome = { ...REPORTS[3], report: { ...report, channels } } as Report;
    expect(parseReport(reportMessage(outcome))).toEqual(JSON.parse(JSON.stringify(outcome)));
    const hello = { ...REPORTS[0], held: many(50_000) } as Report;
    expect(parseReport(reportMessage(hello))).toMatchObject({ kind: 'hello' });
  });

  it('is refused for one wrong entry, which is named', () => {
    const wrong = [...many(20_000), { ...held, state: 'gone' }] as (typeof held)[];
    const hello = { ...REPORTS[0], held: wrong } as Report;
    expect(() => parseReport(reportMessage(hello))).toThrow('held.20000.state is not as it should');
    const failed = { ...report, channels: [...channels, { ...channels[0], problems: [{}] }] };
    const outcome = { ...REPORTS[3], report: failed } as unknown as Report;
    expect(() => parseReport(reportMessage(outcome))).toThrow(
      'report.channels.50000.problems.0.code',
    );
  });

  it('is none of any other kind', () => {
    const x = 'x'.repeat(1024 * 1024);
    for (const kind of ['progress', 'returned', 'goodbye', 'noise']) {
      const write_report = JSON.stringify({ kind, writer_id: 'w', held, x });
      expect(() => parseReport({ write_report })).toThrow(
        /has \d+ characters; at most 1048576 are allowed/,
      );
    }
  });
});

it('a report with any field changed is refused with words, or is as declared', () => {
  const values = [undefined, null, '', 'x', 0, -1, 1.5, 7, true, [], [{}], {}, ['x'], 'written'];
  const verdict = (text: string) => {
    try {
      const parsed = parseReport({ write_report: text });
      const instance = plainToInstance(CLASSES[parsed.kind] as new () => object, parsed);
      return validateSync(instance).length === 0;
    } catch (error) {
      return /not understood: [a-z]\w*.* \S+/.test((error as Error).message);
    }
  };
  for (const each of REPORTS as unknown as Record<string, object>[]) {
    const paths = [each, each.held, each.report].filter((part) => typeof part === 'object');
    for (const part of paths as Record<string, unknown>[]) {
      for (const name of Object.keys(part)) {
        for (const value of values) {
          const before = part[name];
          part[name] = value;
          const text = JSON.stringify(each);
          part[name] = before;
          expect({ text, isRight: verdict(text) }).toEqual({ text, isRight: true });
        }
      }
    }
  }
});

it('a large one leaves the event loop its turns, and is checked to its end', async () => {
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  const many = Array.from({ length: 20_000 }, () => held);
  const hello = { kind: 'hello', ...presence, held: many } as const;
  expect(await parseReportInTurns(reportMessage(hello))).toEqual(hello);
  expect(turns).toBeGreaterThan(5);
  const wrong = { ...hello, held: [...many, { ...held, state: 'gone' }] } as unknown as Report;
  await expect(parseReportInTurns(reportMessage(wrong))).rejects.toThrow('held.20000.state');
  clearInterval(ticking);
});
