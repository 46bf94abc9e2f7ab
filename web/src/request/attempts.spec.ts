import { expect, it } from 'vitest';
import { attemptsOf } from './attempts.js';
import type { RequestRecord } from '../api/broker.js';

function recordWith(history: RequestRecord['history']): RequestRecord {
  return { request_id: 'r', state: 'written', time: 0, accepted: 100, attempt: 1, history };
}

it('begins with the record, and says how long each state lasted', () => {
  const [only, ...others] = attemptsOf(
    recordWith([
      { time: 100.25, state: 'queued', attempt: 0 },
      { time: 100.5, state: 'sent', attempt: 1 },
      { time: 102, state: 'written', attempt: 1, writer_id: 'w' },
    ]),
  );

  expect(others).toEqual([]);
  expect(only?.steps.map(({ state, seconds }) => [state, seconds])).toEqual([
    ['recorded', 0.25],
    ['queued', 0.25],
    ['sent', 1.5],
    ['written', undefined],
  ]);
});

it('begins a line after each end', () => {
  const failure = { code: 'source_error', message: 'no' };
  const attempts = attemptsOf(
    recordWith([
      { time: 101, state: 'sent', attempt: 1 },
      { time: 102, state: 'failed', attempt: 1, failure },
      { time: 162, state: 'queued', attempt: 1 },
      { time: 163, state: 'sent', attempt: 2 },
      { time: 164, state: 'returned', attempt: 2 },
      { time: 165, state: 'sent', attempt: 3 },
    ]),
  );

  expect(attempts.map(({ number, steps }) => [number, steps.map(({ state }) => state)])).toEqual([
    [1, ['recorded', 'sent', 'failed']],
    [2, ['queued', 'sent', 'returned']],
    [3, ['sent']],
  ]);
  expect(attempts[0]?.steps.at(-1)).toMatchObject({ seconds: 60, failure });
});

it('ends where a request was only recorded', () => {
  const attempts = attemptsOf(recordWith([{ time: 100, state: 'recorded', attempt: 0 }]));

  expect(attempts).toEqual([
    { number: 1, steps: [expect.objectContaining({ state: 'recorded' })] },
  ]);
});
