import { expect, test } from 'vitest';
import type { RequestHead } from '../api/broker.js';
import { whyOf } from './why.js';

const HEAD: RequestHead = {
  request_id: 'a',
  state: 'written',
  time: 0,
  accepted: 0,
  attempt: 1,
  output_file: '/sf/data/a.h5',
};
const FAILURE = { code: 'unreachable', message: 'connection refused' };

const why = (more: Partial<RequestHead>) => whyOf({ ...HEAD, ...more }, 100);

test('names what is missing, and counts the rest', () => {
  const missing = ['A', 'B'].map((name) => ({ name, why: 'missing' as const }));
  expect(
    why({
      incomplete_channels: missing,
      channels_missing: 14,
      channels_failed: 0,
      channels_short: 1,
    }),
  ).toEqual({ text: 'missing: A, B and 12 more; short: 1', tone: 'attention' });
});

test('says why it failed, and when it is tried again', () => {
  expect(why({ state: 'failed', failure: FAILURE })).toEqual({
    text: 'connection refused',
    tone: 'failed',
  });
  expect(why({ state: 'failed', failure: FAILURE, next_attempt: 220 })).toEqual({
    text: 'connection refused; retry within 2 min',
    tone: 'attention',
  });
  expect(why({ state: 'failed', failure: FAILURE, next_attempt: 90 }).text).toBe(
    'connection refused; retry any moment',
  );
});

test('leaves out the hidden name that a file has while it is written', () => {
  const failed = (message: string) =>
    why({ state: 'failed', failure: { code: 'hdf5_write_failed', message } }).text;
  expect(failed('/sf/my data/.run.h5.r1.tmp: no space left on device')).toBe(
    'no space left on device',
  );
  expect(failed('/sf/data/run.h5: no space left on device')).toMatch(/^\/sf\/data\/run/);
});

test('says of a whole file that some of it has problems', () => {
  expect(why({ channels_with_problems: 3, channels_short: 0 })).toEqual({
    text: '3 with problems',
    tone: 'attention',
  });
});

test('says what an open request waits for', () => {
  expect(why({ state: 'queued', waits_for: 'source_down' })).toEqual({
    text: 'waiting for its data source, which is down',
    tone: 'quiet',
  });
  expect(why({ state: 'retrieving', attempt: 2, failure: FAILURE })).toEqual({
    text: 'after a failed attempt: connection refused',
    tone: 'attention',
  });
});

test('gives the folder where there is nothing to say', () => {
  expect(why({})).toEqual({ text: '/sf/data/', tone: 'quiet' });
  expect(why({ state: 'writing' })).toEqual({ text: '/sf/data/', tone: 'quiet' });
});
