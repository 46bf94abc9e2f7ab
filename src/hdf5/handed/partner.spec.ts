import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toMessage } from './failure-message.js';
import type { FromPartner } from './messages.js';
import { GENERAL } from '../row-blocks.fixture.js';
import { Partner } from './partner.js';
import { newBuffers, SharedBuffers } from './shared-buffers.js';

const FULL: FromPartner = {
  type: 'failed',
  failure: toMessage(new Error('the disk is full')),
  needsFreshThread: false,
};
const FINISHED: FromPartner = { type: 'finished' };
const ABORTED: FromPartner = { type: 'aborted', failure: undefined, needsFreshThread: false };

// The other thread's side is played here, as its messages may come at any moment.
describe('a partner', () => {
  let own: MessagePort;
  let other: MessagePort;
  let partner: Partner;

  beforeEach(() => {
    ({ port1: own, port2: other } = new MessageChannel());
    partner = new Partner(own, SharedBuffers.partsFor(newBuffers(2, 1024)), () => undefined);
  });

  afterEach(() => own.close());

  /** Says something, and waits until it was heard. */
  async function tell(message: FromPartner): Promise<void> {
    const heard = once(own, 'message');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    other.postMessage(message);
    await heard;
  }

  it('has failed as soon as it has said so, whatever the shared word says', async () => {
    await tell(FULL);
    await expect(partner.finish({}, new Map(), () => undefined)).rejects.toThrow(
      'the disk is full',
    );
  });

  it('has given a file up when it says so, not when it fails before that', async () => {
    const done: string[] = [];
    const aborted = partner.abort().then(() => done.push('aborted'));
    await tell(FULL);
    expect(done).toEqual([]);
    await tell(ABORTED);
    await aborted;
    expect(done).toEqual(['aborted']);

    partner.create({ path: 'next', general: GENERAL, format: 'compact' }, { dev: 1n, ino: 1n });
    const finished = partner.finish({}, new Map(), () => undefined);
    await tell(FINISHED);
    await finished;
  });

  it('ends the wait for the end when it fails', async () => {
    const finished = partner.finish({}, new Map(), () => undefined);
    await Promise.all([expect(finished).rejects.toThrow('the disk is full'), tell(FULL)]);
  });
});
