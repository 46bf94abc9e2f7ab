import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PgroupNotWritable } from './errors.js';
import { PgroupAccess, passed } from './pgroup-access.js';
import { rawFolder } from './pgroup.fixture.js';

it('tells the system’s errors by the names that people know, and others as they are', async () => {
  const path = rawFolder();
  const access = new PgroupAccess();
  writeFileSync(join(path, 'run_info'), '');
  const failing = access.locked(path, () => Promise.resolve());
  await expect(failing).rejects.toMatchObject({ code: 'pgroup_not_writable', errno: 'ENOTDIR' });
  await expect(failing).rejects.toThrow(`${join(path, 'run_info')}: a part of its path`);
  rmSync(join(path, 'run_info'));
  const missing = access.locked(path, async (raw) => {
    readFileSync(raw.folder('run_info').at('none'));
    await Promise.resolve();
  });
  await expect(missing).rejects.toThrow(join(path, 'run_info/none'));
  const known = new PgroupNotWritable('/x', { code: 'EROFS' });
  await expect(access.opened(path, () => Promise.reject(known))).rejects.toBe(known);
  const own = Object.assign(new Error('the trail’s disk'), { errno: -28 });
  await expect(access.opened(path, () => passed(Promise.reject(own)))).rejects.toBe(own);
});

// Root may write everywhere.
it.skipIf(process.getuid?.() === 0)('says which folder this user may not write', async () => {
  const path = rawFolder();
  chmodSync(path, 0o555);
  const failing = new PgroupAccess().locked(path, () => Promise.resolve());
  await expect(failing).rejects.toMatchObject({ path, errno: 'EACCES' });
  chmodSync(path, 0o755);
});
