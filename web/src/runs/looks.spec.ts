import { expect, test } from 'vitest';
import type { RunFile } from '../api/broker.js';
import { lackingFiles } from './lacking.js';
import { lookOfFile, lookOfRun } from './looks.js';

const WRITTEN: RunFile = {
  output_file: '/sf/raw/run0007/data/acq0001.BSDATA.h5',
  kind: 'BSDATA',
  request_id: 'a',
  state: 'written',
  settled: true,
  complete: true,
  rows: 300,
  channels_asked: 1,
  channels_written: 1,
  missing_channels: [],
  message: null,
};
const file = (facts: Partial<RunFile>): RunFile => ({ ...WRITTEN, ...facts });

test('says of a file what is known of it', () => {
  const word = (facts: Partial<RunFile>) => {
    const { word: text, tone } = lookOfFile(file(facts));
    return `${text}: ${tone}`;
  };
  expect(word({})).toBe('written: ok');
  expect(word({ complete: false })).toBe('written: attention');
  expect(word({ state: 'writing', settled: false, complete: null })).toBe('writing: busy');
  expect(word({ state: 'failed', complete: false })).toBe('failed: failed');
  expect(word({ state: 'failed', settled: false, next_attempt: 1 })).toBe('retrying: attention');
  expect(word({ state: 'there', request_id: null, complete: null })).toBe('there: quiet');
  expect(word({ state: 'not_there', request_id: null })).toBe('not there: attention');
});

test('says of a run whether it goes on, and whether it is whole', () => {
  expect(lookOfRun({ settled: false, complete: false }).word).toBe('under way');
  expect(lookOfRun({ settled: true, complete: false }).word).toBe('incomplete');
  expect(lookOfRun({ settled: true, complete: true }).word).toBe('complete');
  expect(lookOfRun({ settled: true, complete: null }).word).toBe('there');
});

test('acquires again what failed or lacks something, where its request is known', () => {
  const files = [
    file({ request_id: 'whole' }),
    file({ request_id: 'partly', complete: false }),
    file({ request_id: 'failed', state: 'failed', complete: false }),
    file({ request_id: 'open', state: 'queued', settled: false, complete: null }),
    file({ request_id: 'retried', state: 'failed', settled: false, complete: false }),
    file({ request_id: null, state: 'not_there', complete: null }),
    file({ request_id: null, state: 'there', complete: null }),
  ];
  expect(lackingFiles(files).map((each) => each.request_id)).toEqual(['partly', 'failed']);
});
