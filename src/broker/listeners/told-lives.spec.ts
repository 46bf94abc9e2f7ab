import { expect, it } from 'vitest';
import type { RequestHead } from '../../report/request-record.js';
import type { RequestState } from '../../report/request-state.js';
import { ToldLives } from './told-lives.js';

type Change = RequestState | (Partial<RequestHead> & { readonly state: RequestState });

/**
 * What listeners are told as a request goes through these states, in short: its life, and the action's last word.
 *
 * @param before its state when this broker first hears of a change; undefined for a new request
 */
function told(changes: readonly Change[], before?: RequestState, lives = new ToldLives()): string {
  let last = before;
  const all = changes.flatMap((change) => {
    const facts = typeof change === 'string' ? { state: change } : change;
    const head = { request_id: 'r', time: 1, accepted: 1, attempt: 1, ...facts };
    const tellings = lives.next({ kind: 'state', head, before: last });
    last = facts.state;
    return tellings;
  });
  return all.map(({ action, life }) => `${life} ${action.replace('write_', '')}`).join(', ');
}

const WHOLE = '0 request, 0 start, 0 finished';

it.each<[string, readonly Change[]]>([
  ['at each step', ['queued', 'sent', 'received', 'retrieving', 'writing', 'written']],
  ['where no progress was heard of', ['queued', 'sent', 'written']],
  ['where the writer was faster than the queue', ['queued', 'received', 'written']],
  ['where its outcome was', ['queued', 'written']],
  [
    'once, though a writer gave it back',
    ['queued', 'sent', 'queued', 'sent', 'received', 'written'],
  ],
  [
    'once, though its first writer was lost',
    ['queued', 'sent', 'received', 'queued', 'sent', 'received', 'written'],
  ],
  [
    'once, though its writer ended',
    ['queued', 'sent', 'writing', 'returned', 'sent', 'writing', 'skipped'],
  ],
])('tells request, start and end in order, %s', (_when, changes) => {
  const lives = new ToldLives();
  expect(told(changes, undefined, lives)).toBe(WHOLE);
  expect(lives.size).toBe(0);
});

it('tells nothing of progress', () => {
  const head = { request_id: 'r', time: 1, accepted: 1, attempt: 1, state: 'writing' } as const;
  expect(new ToldLives().next({ kind: 'progress', head, before: 'writing' })).toEqual([]);
});

it('tells why a request failed', () => {
  const failure = { code: 'x', message: 'the disk is full' };
  const head = { request_id: 'r', time: 1, accepted: 1, attempt: 1, failure };
  const tellings = new ToldLives().next({
    kind: 'state',
    head: { ...head, state: 'failed' },
    before: 'sent',
  });
  expect(tellings.at(-1)).toEqual({
    action: 'write_rejected',
    life: '0',
    message: failure.message,
  });
});

it('begins a life of its own after each failure that counts', () => {
  const heals: Change[] = [
    'queued',
    'sent',
    { state: 'failed', failures: 1 },
    { state: 'queued', failures: 1 },
    { state: 'sent', failures: 1 },
    { state: 'failed', failures: 2 },
    { state: 'queued', failures: 2 },
    { state: 'sent', failures: 2 },
  ];
  const first = '0 request, 0 start, 0 rejected, 1 request, 1 start, 1 rejected, 2 request';
  expect(told([...heals, { state: 'written', failures: 2 }])).toBe(`${first}, 2 start, 2 finished`);
  // The failure that is the end counts as well.
  const ends: Change[] = [...heals, { state: 'failed', failures: 3 }];
  expect(told(ends)).toBe(`${first}, 2 start, 2 rejected`);
  // That it heals no more is no news.
  expect(told([...ends, { state: 'failed', failures: 3 }])).toBe(`${first}, 2 start, 2 rejected`);
});

it.each<[RequestState, Partial<RequestHead>]>([
  ['superseded', {}],
  ['unconfirmed', {}],
  ['recorded', { cancelled: true }],
])('tells of a request that ends as %s only where it was announced', (state, facts) => {
  expect(told(['queued', { state, ...facts }])).toBe('');
  expect(told(['queued', 'sent', { state, ...facts }])).toBe('0 request, 0 start, 0 rejected');
  // By a predecessor.
  expect(told([{ state, ...facts }], 'sent')).toBe('0 start, 0 rejected');
});

it('tells nothing of requests that are only recorded', () => {
  expect(told(['recorded'])).toBe('');
  expect(told([{ state: 'recorded', cancelled: true, failures: 1 }], 'failed')).toBe('');
});

it('goes on after a restart: it tells a start again rather than an end without one', () => {
  expect(told(['writing', 'written'], 'sent')).toBe('0 start, 0 finished');
  expect(told(['written'], 'sent')).toBe('0 start, 0 finished');
  expect(told(['queued', 'sent', 'received', 'written'], 'sent')).toBe('0 start, 0 finished');
  expect(told([{ state: 'written', failures: 2 }], 'sent')).toBe('2 start, 2 finished');
  expect(
    told(
      [
        { state: 'queued', failures: 1 },
        { state: 'sent', failures: 1 },
      ],
      'failed',
    ),
  ).toBe('1 request');
});

it('tells of a file that is there after all, under a new name', () => {
  const last = '0 after 1 request, 0 after 1 start, 0 after 1 finished';
  expect(told(['written'], 'failed')).toBe(last);
  expect(told(['written'], 'unconfirmed')).toBe(last);
  expect(told([{ state: 'written', failures: 1 }], 'failed')).toBe(
    '1 request, 1 start, 1 finished',
  );
  expect(told(['failed'], 'unconfirmed')).toBe('');
});

it('tells of a request that is sent again as its file was replaced', () => {
  const again: Change[] = ['queued', 'sent', 'written', 'queued', 'sent', 'received', 'written'];
  const last = '0 after 1 request, 0 after 1 start, 0 after 1 finished';
  expect(told(again)).toBe(`${WHOLE}, ${last}`);
});

it('tells each time of a request that was put back from dead letters', () => {
  const changes: Change[] = ['sent', 'failed', 'returned', { state: 'sent', attempt: 2 }];
  const dead: Change[] = [
    { state: 'failed', attempt: 2 },
    { state: 'returned', attempt: 2 },
  ];
  const again: Change[] = [
    { state: 'sent', attempt: 3 },
    { state: 'written', attempt: 3 },
  ];
  expect(told([...changes, ...dead, ...again])).toBe(
    '0 request, 0 start, 0 rejected, ' +
      '0 after 1 request, 0 after 1 start, 0 after 1 rejected, ' +
      '0 after 2 request, 0 after 2 start, 0 after 2 finished',
  );
});
