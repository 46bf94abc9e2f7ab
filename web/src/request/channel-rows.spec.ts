import { expect, it } from 'vitest';
import { type ChannelReport, channelRowsOf, searchRows } from './channel-rows.js';

const whole: ChannelReport = { name: 'A:WHOLE', rows: 3, missing_pulses: 0, problems: [] };
const gappy: ChannelReport = { name: 'E:GAPS', rows: 3, missing_pulses: 1, problems: [] };
const missing: ChannelReport = {
  name: 'B:MISSING',
  rows: 0,
  problems: [],
  failure: { code: 'missing', message: 'It was not in the reply.' },
};
const short: ChannelReport = { name: 'C:SHORT', rows: 2, short: true, problems: [] };
const odd: ChannelReport = {
  name: 'D:ODD',
  rows: 3,
  problems: [{ code: 'out_of_range', count: 2, first_pulse_id: 7, example: '70000 does not fit' }],
};

it('shows first what wants a look', () => {
  const rows = channelRowsOf([whole, odd, gappy, short, missing]);

  expect(rows.map(({ name, fate }) => [name, fate])).toEqual([
    ['B:MISSING', 'missing'],
    ['C:SHORT', 'short'],
    ['E:GAPS', 'gaps'],
    ['D:ODD', 'problems'],
    ['A:WHOLE', 'written'],
  ]);
});

it('knows a channel whose rows have no pulse ids', () => {
  const problems = [{ code: 'no_pulse_ids', count: 3 }];
  const rows = channelRowsOf([whole, odd, { name: 'F:OWN', rows: 3, problems }]);

  expect(rows.map(({ name, followsPulses }) => [name, followsPulses])).toEqual([
    ['D:ODD', true],
    ['F:OWN', false],
    ['A:WHOLE', true],
  ]);
  expect(rows[1]?.notes).toEqual(['3 points: no pulse ids']);
});

it('says how many rows were expected, and what is wrong', () => {
  const [gapsRow, oddRow] = channelRowsOf([gappy, odd]);

  expect(gapsRow).toMatchObject({ rows: 3, expected: 4, notes: [] });
  expect(oddRow).toMatchObject({
    expected: undefined,
    notes: ['2 points: 70000 does not fit, first at 7'],
  });
});

it.each([
  ['timed out', 'Timed out (timed_out)'],
  ['http://host/api/4 timed out', 'http://host/api/4 timed out (timed_out)'],
])('says why one failed, and its code: %s', (message, note) => {
  const failure = { code: 'timed_out', message };
  const [row] = channelRowsOf([{ name: 'G:LATE', rows: 1, problems: [], failure }]);

  expect(row).toMatchObject({ fate: 'failed', notes: [note] });
});

it('finds names by all words', () => {
  const rows = channelRowsOf([whole, short]);

  expect(searchRows(rows, 'short c').map(({ name }) => name)).toEqual(['C:SHORT']);
  expect(searchRows(rows, ' ')).toBe(rows);
});
