import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFile } from '../../audit/kernel-lock.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { thisOwner } from './file-owner.js';
import { OwnerLock, OwnerLocks } from './owner-lock.js';

describe.runIf(process.platform === 'linux')('OwnerLock', () => {
  const folder = temporaryFolders();

  it('is held until it is released, and leaves nothing', async () => {
    const journal = join(folder(), 'journal');
    const locks = new OwnerLocks(journal, thisOwner(), lockFile);
    expect(locks.isHeld(thisOwner())).toBeUndefined();
    const lock = new OwnerLock(journal, lockFile);
    await lock.take();
    expect(locks.isHeld(thisOwner())).toBe(true);
    locks.removeFree(readdirSync(journal), new Set());
    const [name] = readdirSync(journal);
    expect(name).toMatch(/^lock_/);
    const fd = openSync(join(journal, name), 'r+');
    expect(lockFile(fd)).toBe('held');
    closeSync(fd);
    await lock.release();
    expect(readdirSync(journal)).toEqual([]);
  });

  it('is not there where the file system has none', async () => {
    const journal = join(folder(), 'journal');
    const lock = new OwnerLock(journal, () => ({ unavailable: 'ENOLCK' }));
    await lock.take();
    expect(readdirSync(journal)).toEqual([]);
    await lock.release();
  });
});
