import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning, thisProcess } from './process-identity.js';

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

/** Starts a process that stops itself at once, so that it never reaps the child it has. */
async function zombie(): Promise<number> {
  child = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; kill -STOP $$']);
  const [text] = (await once(child.stdout!, 'data')) as [Buffer];
  const pid = Number(text.toString());
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
  return pid;
}

describe.skipIf(process.platform !== 'linux')('a process', () => {
  it('runs while it runs', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ pid: process.ppid, startTime: '' })).toBe(true);
  });

  it('does not run when its id belongs to a later one', () => {
    expect(isRunning({ pid: process.ppid, startTime: '0bad0bad.17' })).toBe(false);
  });

  it('does not run when it ended and nobody reaped it', async () => {
    const pid = await zombie();
    expect(isRunning({ pid, startTime: '' })).toBe(false);
  });
});
