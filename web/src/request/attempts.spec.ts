import { expect, it } from 'vitest';
import { attemptsOf } from './attempts.js';
import type { RequestRecord } from '../api/broker.js';

const failure = { code: 'http_status', message: 'answered HTTP 500' };

function recordWith(history: RequestRecord['history']): RequestRecord {
  return { request_id: 'r', state: 'written', time: 0, accepted: 100, attempt: 1, history };
}

function statesOf(history: RequestRecord['history']) {
  return attemptsOf(recordWith(history)).map(({ number, tryNumber, steps }) => [
    number,
    tryNumber,
    steps.map(({ state }) => state),
  ]);
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
  const history: RequestRecord['history'] = [
    { time: 101, state: 'sent', attempt: 1 },
    { time: 102, state: 'failed', attempt: 1, failure },
    { time: 162, state: 'queued', attempt: 1 },
    { time: 163, state: 'sent', attempt: 2 },
    { time: 164, state: 'returned', attempt: 2 },
    { time: 165, state: 'sent', attempt: 3 },
  ];

  expect(statesOf(history)).toEqual([
    [1, 1, ['recorded', 'sent', 'failed']],
    [2, 1, ['queued', 'sent', 'returned']],
    [3, 1, ['sent']],
  ]);
  const [first] = attemptsOf(recordWith(history));
  expect(first?.failure).toEqual(failure);
  expect(first?.steps.at(-1)?.seconds).toBe(60);
});

it('begins a line with each try of a writer, and tells why the one before failed', () => {
  const history: RequestRecord['history'] = [
    { time: 101, state: 'sent', attempt: 1 },
    { time: 102, state: 'received', attempt: 1 },
    { time: 103, state: 'retrieving', attempt: 1 },
    { time: 104, state: 'received', attempt: 1, failure },
    { time: 105, state: 'retrieving', attempt: 1, failure },
    { time: 106, state: 'written', attempt: 1 },
  ];

  expect(statesOf(history)).toEqual([
    [1, 1, ['recorded', 'sent', 'received', 'retrieving', 'failed']],
    [1, 2, ['received', 'retrieving', 'written']],
  ]);
  expect(attemptsOf(recordWith(history)).map((attempt) => attempt.failure)).toEqual([
    failure,
    undefined,
  ]);
});

it('says that a writer was lost where a request waits again without being given back', () => {
  const history: RequestRecord['history'] = [
    { time: 101, state: 'sent', attempt: 1 },
    { time: 102, state: 'received', attempt: 1, writer_id: 'w1' },
    { time: 132, state: 'queued', attempt: 1 },
    { time: 133, state: 'sent', attempt: 2 },
    { time: 163, state: 'queued', attempt: 2 },
    { time: 164, state: 'sent', attempt: 3 },
    { time: 165, state: 'received', attempt: 3, writer_id: 'w2' },
  ];

  expect(statesOf(history)).toEqual([
    [1, 1, ['recorded', 'sent', 'received']],
    [2, 1, ['queued', 'sent']],
    [3, 1, ['queued', 'sent', 'received']],
  ]);
  const goneOf = (record: RequestRecord) => attemptsOf(record).map(({ gone }) => gone);
  expect(goneOf(recordWith(history))).toEqual(['lost', 'silent', undefined]);
  expect(goneOf({ ...recordWith(history), stalled_at: ['w1'] })[0]).toBe('stalled');
});

it('ends where a request was only recorded', () => {
  expect(statesOf([{ time: 100, state: 'recorded', attempt: 0 }])).toEqual([[1, 1, ['recorded']]]);
});
