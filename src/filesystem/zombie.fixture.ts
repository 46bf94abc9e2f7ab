import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

// The parent stops itself; only then its child ends, so that nobody reaps it.
const PARENT = `sh -c 'until grep -q "^State:.T" /proc/$PPID/status; do :; done' & echo $!; kill -STOP $$`;

/** A process that ended and is not reaped, until its parent is killed. */
export async function zombie(): Promise<{ readonly pid: number; readonly parent: ChildProcess }> {
  const parent = spawn('sh', ['-c', PARENT]);
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(text.toString());
  await expect
    .poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), { timeout: 10_000 })
    .toMatch(/\) Z /);
  return { pid, parent };
}
