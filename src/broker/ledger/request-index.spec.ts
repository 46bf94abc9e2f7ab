import { beforeEach, describe, expect, it } from 'vitest';
import type { WriteRequest } from '../../request/write-request.js';
import { RecordedRequest } from './recorded-request.js';
import { RequestIndex } from './request-index.js';
import type { RequestFacts } from './trail-requests.js';
import { LiveRequest, TrackedRequest } from './tracked-request.js';

let index: RequestIndex;

beforeEach(() => {
  index = new RequestIndex();
});

function factsOf(id: string, sortKey: number): RequestFacts {
  return {
    id,
    accepted: sortKey,
    outputFile: `/${id}`,
    sortKey,
    dispatch: true,
    lane: 'live',
  };
}

function add(id: string, sortKey: number): TrackedRequest {
  const facts = factsOf(id, sortKey);
  const entry = new TrackedRequest(facts);
  const recorded = new RecordedRequest(facts, {} as WriteRequest);
  index.revive(entry, new LiveRequest(recorded, { state: 'queued', attempt: 0 }));
  index.add(entry);
  return entry;
}

function settle(entry: TrackedRequest): void {
  entry.delivery = { state: 'written', attempt: 1 };
  index.release(entry);
}

const ids = () => [...index.newestFirst({})].map(({ id }) => id);

describe('the index of requests', () => {
  it('forgets the oldest that are settled when there are many, and none that is open', () => {
    const entries = Array.from({ length: 23 }, (_, n) => add(`r${n}`, n));
    for (const entry of entries.slice(1)) settle(entry);
    index.trim(20);
    expect(ids()).toHaveLength(23);
    settle(add('r23', 23));
    index.trim(20);
    expect(ids()).toEqual([...Array.from({ length: 20 }, (_, n) => `r${23 - n}`), 'r0']);
    expect(index.get('r0')).toMatchObject({ state: 'queued' });
    expect(index.get('r3')).toBeUndefined();
  });

  it('has one that is open again among those that are not forgotten', () => {
    const again = add('again', 0);
    settle(again);
    expect(again).toMatchObject({ live: undefined, state: 'written' });
    const recorded = new RecordedRequest(factsOf('again', 0), {} as WriteRequest);
    index.revive(again, new LiveRequest(recorded, { state: 'queued', attempt: 1 }));
    for (let n = 1; n < 5; n++) settle(add(`r${n}`, n));
    index.trim(1);
    expect(ids()).toEqual(['r4', 'again']);
    expect(index.newerOf(again)).toBeUndefined();
  });

  it('knows the newest request for a file, and the newest that is written or open', () => {
    const forFile = (id: string, sortKey: number, outputFile: string) => {
      const facts = { ...factsOf(id, sortKey), outputFile };
      const entry = new TrackedRequest(facts);
      const recorded = new RecordedRequest(facts, {} as WriteRequest);
      index.revive(entry, new LiveRequest(recorded, { state: 'queued', attempt: 0 }));
      index.add(entry);
      return entry;
    };
    const fail = (entry: TrackedRequest) => {
      entry.delivery = { state: 'failed', attempt: 1 };
      index.release(entry);
    };
    expect(index.ofFile('/a')).toEqual({ newest: undefined, standing: undefined });
    const [first, other, second, third] = [
      forFile('1', 1, '/a'),
      forFile('2', 2, '/b'),
      forFile('4', 4, '/a'),
      // Recovered late.
      forFile('3', 3, '/a'),
    ];
    settle(first);
    expect(index.ofFile('/a')).toEqual({ newest: second, standing: second });
    fail(second);
    expect(index.ofFile('/a')).toEqual({ newest: second, standing: third });
    fail(third);
    expect(index.ofFile('/a')).toEqual({ newest: second, standing: first });
    expect(index.ofFile('/b')).toEqual({ newest: other, standing: other });
    expect(index.newerOf(first)).toBeUndefined();
    first.settle('failed');
    expect(index.ofFile('/a')).toEqual({ newest: second, standing: undefined });
    index.remove('4');
    expect(index.ofFile('/a')).toEqual({ newest: third, standing: undefined });
  });
});
