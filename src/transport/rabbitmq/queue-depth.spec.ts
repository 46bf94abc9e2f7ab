import { EventEmitter } from 'node:events';
import type { Channel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QueueDepth } from './queue-depth.js';

/** A channel whose queues have as many messages as a test says; undefined: it does not answer. */
class Queues extends EventEmitter {
  asked = 0;
  messages: number | undefined = 0;

  checkQueue(): Promise<{ messageCount: number }> {
    this.asked++;
    const { messages } = this;
    if (messages === undefined) return new Promise(() => undefined);
    return Promise.resolve({ messageCount: messages });
  }
}

describe('QueueDepth', () => {
  const queues = () => new Queues();
  let depth: QueueDepth;

  beforeEach(() => {
    vi.useFakeTimers();
    depth = new QueueDepth(['live', 'background']);
  });

  afterEach(() => {
    depth.stop();
    vi.useRealTimers();
  });

  const follow = (channel: Queues) => depth.follow(channel as unknown as Channel);
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(1000 * seconds);

  it('tells how much lies there, and for how long it has been seen empty', async () => {
    const channel = queues();
    channel.messages = 3;
    follow(channel);
    await pass(1);
    expect(depth).toMatchObject({ size: 6, emptyFor: 0 });
    channel.messages = 0;
    await pass(60);
    expect(depth).toMatchObject({ size: 0, emptyFor: 55 });
    channel.messages = 1;
    await pass(5);
    expect(depth).toMatchObject({ size: 2, emptyFor: 0 });
  });

  it('takes no silence for emptiness, and asks once until it is answered', async () => {
    const channel = queues();
    follow(channel);
    await pass(30);
    expect(depth.emptyFor).toBe(30);
    channel.messages = undefined;
    const { asked } = channel;
    await pass(600);
    expect(depth.emptyFor).toBe(30);
    expect(channel.asked).toBe(asked + 2);
  });

  it('knows nothing once its channel has closed', async () => {
    const channel = queues();
    follow(channel);
    await pass(30);
    channel.emit('close');
    expect(depth).toMatchObject({ size: undefined, emptyFor: 0 });
  });
});
