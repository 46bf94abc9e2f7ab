import { describe, expect, it } from 'vitest';
import type { Lane } from '../../request/lane.js';
import { ACCEPTED } from './delivery.js';
import { DeliveryQueue } from './delivery-queue.js';
import { patience } from './kept.js';
import type { QueuedRequest } from './queued-request.js';

const LEASE = 30;
const PATIENCE = patience(LEASE);

describe('a queue that was purged while requests come all the time', () => {
  function setUp() {
    const queue = new DeliveryQueue<QueuedRequest>();
    const send = (id: string, now: number, lane: Lane = 'live') => {
      const request = { id, outputFile: `${id}.h5`, lane, delivery: ACCEPTED, blocked: undefined };
      queue.add(request);
      const sent = { type: 'sent', leaseEnds: now + PATIENCE, kept: true, attempt: 1 } as const;
      queue.apply(request, sent, now);
      return request;
    };
    const name = (request: QueuedRequest, now: number) =>
      queue.apply(
        request,
        { type: 'named', writer: 'w', attempt: 1, state: 'received', leaseEnds: now + LEASE },
        now,
      );
    const tick = (now: number) =>
      queue.applyToAll({ type: 'tick', now, lease: LEASE, unnamed: 'kept' }, now);
    return { queue, send, name, tick };
  }

  it('has lost what is unnamed when what was sent long after it is named', () => {
    const { send, name, tick } = setUp();
    const purged = send('purged', 0);
    name(send('young', PATIENCE - 1), PATIENCE);
    tick(PATIENCE);
    expect(purged.delivery).toMatchObject({ state: 'sent', kept: true });
    name(send('later', PATIENCE), PATIENCE + 1);
    tick(PATIENCE + 1);
    expect(purged.delivery).toMatchObject({ state: 'queued', attempt: 1 });
  });

  it('has it still while nothing behind it was handed out, and whatever the other lane does', () => {
    const { send, name, tick } = setUp();
    const waiting = send('waiting', 0);
    send('behind it', PATIENCE + 1);
    name(send('other', PATIENCE + 1, 'background'), PATIENCE + 2);
    tick(10 * PATIENCE);
    expect(waiting.delivery).toMatchObject({ state: 'sent', kept: true });
  });

  it('has what it hands out anew: that was named before, and goes to its head', () => {
    const { queue, send, name, tick } = setUp();
    const handedOn = send('handed on', 0);
    name(handedOn, 1);
    name(send('later', PATIENCE), PATIENCE + 1);
    const now = 2 * PATIENCE;
    queue.applyToAll({ type: 'writer-gone', writer: 'w', leaseEnds: now + PATIENCE }, now);
    tick(now + PATIENCE + 1);
    expect(handedOn.delivery).toMatchObject({ state: 'sent', kept: true });
  });
});
