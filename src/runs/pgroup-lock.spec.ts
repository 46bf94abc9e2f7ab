import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PgroupBusy } from './errors.js';
import { rawFolder } from './pgroup.fixture.js';
import { PgroupLock } from './pgroup-lock.js';
import { RawFolder } from './raw-folder.js';

function opened(path = rawFolder()): RawFolder {
  const raw = RawFolder.open(path);
  raw.make('run_info');
  onTestFinished(() => raw.close());
  return raw;
}

it('is held until it is released', async () => {
  const raw = opened();
  const first = await PgroupLock.take(raw);
  const busy = PgroupLock.take(opened(raw.path), { maxWaitMs: 5 });
  await expect(busy).rejects.toThrow(PgroupBusy);
  await expect(busy).rejects.toThrow(join(raw.path, 'run_info/.lock'));
  const waiting = PgroupLock.take(opened(raw.path));
  await first.release();
  await (await waiting).release();
});

it('is one of the file that is there, also where somebody removed it', async () => {
  const raw = opened();
  const removed = await PgroupLock.take(raw);
  rmSync(join(raw.path, 'run_info/.lock'));
  const second = await PgroupLock.take(opened(raw.path));
  await removed.release();
  await expect(PgroupLock.take(raw, { maxWaitMs: 5 })).rejects.toThrow(PgroupBusy);
  await second.release();
});

it('says where the file system has no locks', async () => {
  const lock = await PgroupLock.take(opened(), { lock: () => ({ unavailable: 'ENOLCK' }) });
  expect(lock.unavailable).toBe('ENOLCK');
  await lock.release();
});
