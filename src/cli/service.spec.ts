import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runUntilStopped } from './service.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

let service: { close: () => Promise<void> };
let hasStarted: () => void;
const start = () => new Promise<void>((resolve) => (hasStarted = resolve));

/** Also before: specs share their process. */
function forgetSignals(): void {
  for (const name of SIGNALS) process.removeAllListeners(name);
}

beforeEach(() => {
  forgetSignals();
  Logger.overrideLogger(false);
  service = { close: vi.fn(() => Promise.resolve()) };
});

afterEach(forgetSignals);

describe('a service that is told to end while it starts', () => {
  it.each(SIGNALS)('ends when it has started: %s', async (name) => {
    const ended = runUntilStopped([service], { start });
    process.emit(name);
    expect(service.close).not.toHaveBeenCalled();
    hasStarted();
    await ended;
    expect(service.close).toHaveBeenCalledOnce();
  });

  it('leaves a second SIGINT to end it at once, and SIGTERM not', async () => {
    const ended = runUntilStopped([service], { start });
    for (const name of SIGNALS) process.emit(name);
    expect(SIGNALS.map((name) => process.listenerCount(name))).toEqual([1, 0]);
    hasStarted();
    await ended;
  });

  it('says why it can not start, where it can not', async () => {
    const ended = runUntilStopped([service], { start: () => Promise.reject(new Error('no port')) });
    process.emit('SIGTERM');
    await expect(ended).rejects.toThrow('no port');
    expect(service.close).not.toHaveBeenCalled();
  });
});
