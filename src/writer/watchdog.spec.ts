import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from './bundle.fixture.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { Stillness } from './threads/stillness.js';

const CHILD = `
  const [, , watchdog, entry, format, heartbeat, does] = process.argv;
  const { watchMainThread } = await import(watchdog);
  watchMainThread({ heartbeat: Number(heartbeat), log_format: format }, new URL(entry));
  // For longer than it may hang.
  await new Promise((resolve) => setTimeout(resolve, 7 * 1000 * heartbeat));
  if (does === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
`;

describe('watchMainThread', () => {
  const folder = temporaryFolders();
  let watchdog: Bundle;
  let thread: Bundle;
  beforeAll(async () => {
    [watchdog, thread] = await Promise.all([
      bundle('./watchdog.ts'),
      bundle('./threads/watchdog-thread.ts'),
    ]);
  });
  afterAll(() => {
    watchdog.remove();
    thread.remove();
  });

  async function run(format: string, heartbeat: number, does: string) {
    const script = join(folder(), 'child.mjs');
    writeFileSync(script, CHILD);
    const args = [watchdog.url.href, thread.url.href, format, String(heartbeat), does];
    const child = fork(script, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const [said, [code, signal]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
    return { said, code, signal };
  }

  it('kills a process whose main thread hangs, and says so', async () => {
    const { said, signal } = await run('json', 0.1, 'hang');
    expect(signal).toBe('SIGKILL');
    expect(JSON.parse(said)).toMatchObject({
      level: 'CRITICAL',
      logger: 'Writer',
      msg: expect.stringMatching(/^the main thread has hung for 0\.\d s: the writer ends itself$/),
    });
  });

  it('leaves one alone that goes on, and does not keep it from ending', async () => {
    expect(await run('text', 0.25, 'end')).toEqual({ said: '', code: 0, signal: null });
  });
});

describe('Stillness', () => {
  it('adds up while there is no beat, and begins anew with one', () => {
    const stillness = new Stillness(100);
    expect([0, 100, 200, 300].map((now) => stillness.look(now, 7))).toEqual([0, 100, 200, 300]);
    expect(stillness.look(400, 8)).toBe(0);
    expect(stillness.look(480, 8)).toBe(80);
  });

  it('does not count time in which nobody looked: all stood still', () => {
    const stillness = new Stillness(100);
    stillness.look(0, 7);
    expect(stillness.look(3_600_000, 7)).toBe(100);
    expect(stillness.look(3_600_100, 7)).toBe(200);
  });
});
