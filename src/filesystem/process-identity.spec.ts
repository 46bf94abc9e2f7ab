import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning, thisProcess } from './process-identity.js';
import { zombie } from './zombie.fixture.js';

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

describe.skipIf(process.platform !== 'linux')('a process', () => {
  it('runs while it runs', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ pid: process.ppid, startTime: '' })).toBe(true);
  });

  it('does not run when its id belongs to a later one', () => {
    expect(isRunning({ pid: process.ppid, startTime: '0bad0bad.17' })).toBe(false);
  });

  it('does not run when it ended and nobody reaped it', async () => {
    const { pid, parent } = await zombie();
    child = parent;
    expect(isRunning({ pid, startTime: '' })).toBe(false);
  });
});
