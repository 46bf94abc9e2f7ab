import { afterEach, describe, expect, it, vi } from 'vitest';
import { onEndingSignal } from './ending-signals.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = () => SIGNALS.map((name) => process.listenerCount(name));

let letSignalsBe: () => void = () => undefined;
afterEach(() => letSignalsBe());

describe('onEndingSignal', () => {
  it.each(SIGNALS)('calls back once at %s, whatever follows', (name) => {
    const end = vi.fn();
    letSignalsBe = onEndingSignal(end);
    process.emit(name);
    for (const next of ['SIGTERM', 'SIGHUP'] as const) process.emit(next);
    expect(end).toHaveBeenCalledOnce();
  });

  it('leaves a second SIGINT to end the process at once', () => {
    const before = listeners();
    letSignalsBe = onEndingSignal(() => undefined);
    process.emit('SIGINT');
    expect(listeners()).toEqual([before[0], before[1] + 1, before[2] + 1]);
    letSignalsBe();
    expect(listeners()).toEqual(before);
  });
});
