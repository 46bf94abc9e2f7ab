import { describe, expect, it } from 'vitest';
import { SerialQueue } from './serial-queue.js';

describe('SerialQueue', () => {
  it('begins a task when the one before has ended, failed or not', async () => {
    const queue = new SerialQueue();
    const events: string[] = [];
    let fail!: (error: Error) => void;
    const failing = queue.run(() => {
      events.push('first begins');
      return new Promise((_, reject) => (fail = reject));
    });
    const next = queue.run(() => {
      events.push('second begins');
      return 'result';
    });
    await Promise.resolve();
    expect(events).toEqual(['first begins']);
    fail(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('result');
    expect(events).toEqual(['first begins', 'second begins']);
  });

  it('counts the tasks that have not ended, and tells when all have', async () => {
    const queue = new SerialQueue();
    expect(queue.size).toBe(0);
    let end!: () => void;
    const running = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
    const waiting = queue.run(() => 'second');
    expect(queue.size).toBe(2);
    await Promise.resolve();
    end();
    await queue.idle();
    await Promise.all([running, waiting]);
    expect(queue.size).toBe(0);
  });
});
