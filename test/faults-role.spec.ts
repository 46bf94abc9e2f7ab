import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Role } from './faults/role.js';

let folder: string;
let role: Role | undefined;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'role-'))));

afterEach(async () => {
  await role?.end('SIGKILL');
  await role?.closeLog();
  rmSync(folder, { recursive: true });
});

/** A role whose processes run a script, and say that they work first. */
function roleOf(script: string): Role {
  const clock = join(folder, 'clock.mjs');
  writeFileSync(clock, '');
  const code = `console.error(JSON.stringify({ msg: 'works' })); setInterval(() => {}, 1000); ${script}`;
  role = new Role({
    ...{ name: 'writer', ready: 'works', folder, clock },
    ...{ command: process.execPath, args: ['-e', code] },
  });
  return role;
}

it('a process that a signal ends which was not sent from here is a complaint, and the next one starts', async () => {
  const writer = roleOf(`
    const { existsSync, writeFileSync } = require('fs');
    if (!existsSync('aborted')) {
      writeFileSync('aborted', '');
      process.kill(process.pid, 'SIGABRT');
    }`);
  await writer.start();
  await expect.poll(() => writer.complaints).toEqual(['writer ended by itself: SIGABRT']);
  // Whatever is done to it meanwhile hits nobody.
  writer.stop();
  writer.continue();
  await writer.working();
  expect(await writer.end('SIGTERM')).toBeNull();
  expect(writer.complaints).toHaveLength(1);
});

it('processes that go on ending by themselves end the run', async () => {
  const writer = roleOf(`process.exit(3)`);
  await writer.start();
  await expect.poll(() => writer.complaints.length, { timeout: 30_000 }).toBe(5);
  await expect(writer.working()).rejects.toThrow('writer ended by itself: exit code 3');
});
