import { expect, it } from 'vitest';
import { brokerUrlProblems } from './broker-url.js';

it.each([
  ['127.0.0.1:23100', 'http://127.0.0.1:23100'],
  ['sf-daq-1', 'http://sf-daq-1'],
  ['ftp://sf-daq-1', 'http://localhost:10002'],
  [true, 'http://localhost:10002'],
])('--broker_url %s is refused with one that would do: %s', (broker_url, example) => {
  expect(brokerUrlProblems({ broker_url })).toEqual([
    `--broker_url must be an http URL, such as ${example}`,
  ]);
});

it('--broker_url is taken where it is an http URL', () => {
  expect(brokerUrlProblems({ broker_url: 'http://127.0.0.1:23100' })).toEqual([]);
});
