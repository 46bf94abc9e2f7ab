import { describe, expect, it } from 'vitest';
import {
  identityOf,
  identityOfFile,
  isNewer,
  isNewerInTrail,
  isSameOrReplay,
  isSameRequest,
} from './request-order.js';

const NOW = 1_700_000_000;
const at = (timestamp: number, sequence?: number, trailId = 'trail') =>
  sequence === undefined ? { timestamp } : { timestamp, sequence, trailId };

describe('isNewer', () => {
  it.each([
    ['the next in the trail, whatever the clock said', at(10, 6), at(5000, 5), true],
    ['the one before, whatever the clock said', at(5000, 5), at(10, 6), false],
    ['the same place', at(10, 5), at(10, 5), false],
    ['another trail', at(5000, 9, 'other'), at(10, 5), false],
    ['timestamps where the file has no sequence', at(11), at(10, 5), true],
    ['timestamps where the request has no sequence', at(11, 5), at(10), true],
    ['the same timestamp', at(10), at(10), false],
    ['a timestamp in the future', at(NOW + 1), at(10), false],
    ['a timestamp without end', at(1e300), at(10, 5), false],
    ['no timestamp', {}, at(10), false],
  ])('goes by %s', (_what, found, than, expected) => {
    expect(isNewer(found, than, NOW)).toBe(expected);
  });

  it('takes timestamps for nothing where the trail alone counts', () => {
    expect(isNewerInTrail(at(11), at(10, 5))).toBe(false);
    expect(isNewerInTrail(at(9, 6), at(10, 5))).toBe(true);
    expect(isNewerInTrail(at(9, 6, 'other'), at(10, 5))).toBe(false);
  });
});

describe('the same request', () => {
  it('is told by its id, and by its timestamp where neither has one', () => {
    expect(isSameRequest({ id: 'a', timestamp: 1 }, { id: 'a', timestamp: 2 })).toBe(true);
    expect(isSameRequest({ id: 'a', timestamp: 1 }, { timestamp: 1 })).toBe(false);
    expect(isSameRequest({ timestamp: 1 }, { timestamp: 1 })).toBe(true);
    expect(isSameRequest({}, {})).toBe(false);
  });

  it.each([
    [{ id: 'a' }, { id: 'b', replayOf: 'a' }, true],
    [{ id: 'b', replayOf: 'a' }, { id: 'a' }, true],
    [{ id: 'b', replayOf: 'a' }, { id: 'c', replayOf: 'a' }, true],
    [{ id: 'a' }, { id: 'b' }, false],
    [{ id: 'a' }, {}, false],
    [{}, {}, false],
  ])('or one acquired again: %j, %j', (one, other, expected) => {
    expect(isSameOrReplay(one, other)).toBe(expected);
  });
});

describe('an identity', () => {
  it('is read from requests and from the attributes of files', () => {
    const expected = { id: 'a', replayOf: 'b', timestamp: 1.5, trailId: 't', sequence: 7 };
    const ids = { request_id: 'a', replay_of: 'b', trail_id: 't' };
    expect(identityOf({ ...ids, timestamp: 1.5, sequence: 7 })).toEqual(expected);
    const attributes = { ...ids, request_timestamp: 1.5, request_sequence: 7 };
    expect(identityOfFile(attributes)).toEqual(expected);
  });

  it.each([
    ['t', 1e300],
    ['t', 2 ** 53],
    ['t', 1.5],
    ['t', 0],
    ['t', -1],
    ['t', NaN],
    ['t', '7'],
    ['t', [7]],
    ['t', 7n],
    ['', 7],
    ['a b', 7],
    ['x'.repeat(65), 7],
    [undefined, 7],
    [7, 7],
  ])('has no place where that is given as %o, %o', (trail_id, sequence) => {
    const { trailId, sequence: read } = identityOfFile({ trail_id, request_sequence: sequence });
    expect([trailId, read]).toEqual([undefined, undefined]);
  });

  it('has nothing of what is no text or no number', () => {
    const odd = { request_id: 5, replay_of: ['a'], request_timestamp: 'x' };
    expect(identityOfFile(odd)).toEqual({});
  });
});
