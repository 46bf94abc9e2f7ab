import { expect, test } from 'vitest';
import { lookOf } from './states.js';

const HEAD = { request_id: 'a', time: 0, accepted: 0, attempt: 1 } as const;

test('shows of a failure whether it is tried again', () => {
  expect(lookOf({ ...HEAD, state: 'failed' })).toMatchObject({ word: 'failed', tone: 'failed' });
  const healing = lookOf({ ...HEAD, state: 'failed', next_attempt: 10 });
  expect(healing).toMatchObject({ word: 'retrying', tone: 'attention' });
});

test('shows of a file whether all of the data is in it', () => {
  const whole = { ...HEAD, state: 'written', channels_asked: 2, channels_missing: 0 } as const;
  expect(lookOf(whole)).toMatchObject({ word: 'written', sign: 'check', tone: 'ok' });
  for (const name of ['channels_missing', 'channels_failed', 'channels_short']) {
    const partly = lookOf({ ...whole, [name]: 1 });
    expect(partly).toMatchObject({ word: 'written', sign: 'half', tone: 'attention' });
  }
  const doubtful = lookOf({ ...whole, channels_with_problems: 3 });
  expect(doubtful).toMatchObject({ word: 'written', sign: 'half', tone: 'attention' });
});

test('tells what was recorded and never sent by its reason', () => {
  expect(lookOf({ ...HEAD, state: 'recorded' }).word).toBe('recorded');
  expect(lookOf({ ...HEAD, state: 'recorded', cancelled: true }).word).toBe('cancelled');
  expect(lookOf({ ...HEAD, state: 'recorded', withheld: 'outcomes_lost' }).word).toBe('withheld');
});
