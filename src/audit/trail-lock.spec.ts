import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  linkSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { zombie } from '../filesystem/zombie.fixture.js';
import { AuditTrail } from './audit-trail.js';
import { TrailInUse } from './errors.js';
import { TrailLock } from './trail-lock.js';

let folder: string;
let file: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(folder, 'deep', 'audit.log');
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function opened(): Promise<AuditTrail> {
  const trail = new AuditTrail(file);
  await trail.onModuleInit();
  return trail;
}

/** Leaves a claim of an earlier release, as this process would write it, with some things changed. */
async function leaveClaim(change: object): Promise<void> {
  const trail = await opened();
  const claim = JSON.parse(readFileSync(`${file}.lock`, 'utf8')) as object;
  await trail.onApplicationShutdown();
  writeFileSync(`${file}.lock`, JSON.stringify({ ...claim, kernel_lock: undefined, ...change }));
}

/** Starts a process that has a file locked, and says in it that it is some process of this host. */
async function lockedElsewhere(path: string, ...through: string[]): Promise<ChildProcess> {
  const holder = { pid: 2 ** 22, startTime: '', host: hostname(), kernel_lock: true };
  writeFileSync(path, JSON.stringify(holder));
  const script = `
    const { tryLock } = require('fs-native-extensions');
    console.log(tryLock(require('fs').openSync(process.argv[1], 'r+')));
    setInterval(() => 0, 1e6);`;
  const [command, ...args] = [...through, process.execPath, '-e', script, path];
  child = spawn(command, args);
  const [printed] = (await once(child.stdout!, 'data')) as [Buffer];
  expect(printed.toString()).toBe('true\n');
  return child;
}

async function otherProcess(): Promise<number> {
  child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)']);
  await once(child, 'spawn');
  return child.pid!;
}

describe('a trail', () => {
  it('is for one broker at a time, and free when that has ended', async () => {
    const first = await opened();
    await expect(opened()).rejects.toMatchObject({
      code: 'trail_in_use',
      message: expect.stringMatching(new RegExp(`${file}.*process ${process.pid} .*--audit_file`)),
    });
    await expect(opened()).rejects.toBeInstanceOf(TrailInUse);
    await first.onApplicationShutdown();
    expect(readdirSync(join(folder, 'deep'))).toEqual(['audit.log', 'audit.log.id']);
    await (await opened()).onApplicationShutdown();
  });

  it('is not given up by a broker that could not have it', async () => {
    const first = await opened();
    const second = new AuditTrail(file);
    await expect(second.onModuleInit()).rejects.toBeInstanceOf(TrailInUse);
    await second.onApplicationShutdown();
    await expect(opened()).rejects.toBeInstanceOf(TrailInUse);
    await first.onApplicationShutdown();
  });

  it('is in use by a process that runs, until that is killed', async () => {
    await leaveClaim({ pid: await otherProcess(), startTime: '' });
    await expect(opened()).rejects.toThrow(`process ${child!.pid}`);
    child!.kill('SIGKILL');
    await once(child!, 'exit');
    await (await opened()).onApplicationShutdown();
  });

  it.skipIf(process.platform !== 'linux')(
    'is free when the id belongs to a later process',
    async () => {
      await leaveClaim({ pid: await otherProcess(), startTime: '0bad0bad.17' });
      const trail = await opened();
      expect(readFileSync(`${file}.lock`, 'utf8')).toContain(`"pid":${process.pid},`);
      await trail.onApplicationShutdown();
    },
  );

  it('is in use by a process of another machine', async () => {
    await leaveClaim({ pid: 2 ** 22, host: 'sf-daq-8' });
    await expect(opened()).rejects.toThrow('on sf-daq-8');
  });

  it.each([[''], ['{"pid"'], ['null'], ['{"pid": "x"}']])(
    'is free with a claim that was lost with the machine: %j',
    async (text) => {
      await (await opened()).onApplicationShutdown();
      writeFileSync(`${file}.lock`, text);
      await (await opened()).onApplicationShutdown();
      expect(readdirSync(join(folder, 'deep'))).toEqual(['audit.log', 'audit.log.id']);
    },
  );

  it('goes to one of many that start at once', async () => {
    await leaveClaim({ pid: 2 ** 22, startTime: '' });
    writeFileSync(`${file}.lock.taken-over`, ''); // By one that was killed while at it.
    const trails = Array.from({ length: 8 }, () => new AuditTrail(file));
    const results = await Promise.allSettled(trails.map((trail) => trail.onModuleInit()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(trails.map((trail) => trail.onApplicationShutdown()));
    expect(readdirSync(join(folder, 'deep'))).toEqual(['audit.log', 'audit.log.id']);
  });

  it.each([
    ['a symbolic link', symlinkSync, 'process'],
    ['a hard link', linkSync, 'another name'],
  ])('is in use under another name: %s', async (_what, makeName, reason) => {
    const first = await opened();
    const name = join(folder, 'other.log');
    makeName(file, name);
    const second = new AuditTrail(name);
    await expect(second.onModuleInit()).rejects.toThrow(reason);
    await expect(second.onModuleInit()).rejects.toBeInstanceOf(TrailInUse);
    await second.onApplicationShutdown();
    await first.onApplicationShutdown();
    await second.onModuleInit();
    await second.onApplicationShutdown();
  });

  it('shows its claim to earlier releases under the name as given, too', async () => {
    await (await opened()).onApplicationShutdown();
    const name = join(folder, 'other.log');
    symlinkSync(file, name);
    const trail = new AuditTrail(name);
    await trail.onModuleInit();
    for (const lock of [`${file}.lock`, `${name}.lock`]) {
      expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    }
    await trail.onApplicationShutdown();
    expect(readdirSync(folder).filter((entry) => entry.endsWith('.lock'))).toEqual([]);
  });

  it('is locked again when it was moved away, before its first line', async () => {
    const first = await opened();
    renameSync(file, `${file}.1`);
    const request = { data_api_request: '{}', parameters: '{}', timestamp: 1 };
    await first.append([request]);
    const name = join(folder, 'other.log');
    linkSync(file, name);
    await expect(new AuditTrail(name).onModuleInit()).rejects.toBeInstanceOf(TrailInUse);
    // What the other has locked by then is not written to.
    rmSync(file);
    writeFileSync(file, '');
    await lockedElsewhere(file);
    const locked = readFileSync(file);
    await expect(first.append([request])).rejects.toThrow(/another broker writes it/);
    expect(readFileSync(file)).toEqual(locked);
    await first.onApplicationShutdown();
  });

  it('is in use by a process whose id says nothing here, until that is killed', async () => {
    await (await opened()).onApplicationShutdown();
    const holder = await lockedElsewhere(`${file}.lock`);
    await expect(opened()).rejects.toBeInstanceOf(TrailInUse);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await opened()).onApplicationShutdown();
  });

  it.skipIf(spawnSync('unshare', ['--fork', '--pid', 'true']).status !== 0)(
    'is in use by a process in another PID namespace',
    async () => {
      await (await opened()).onApplicationShutdown();
      await lockedElsewhere(`${file}.lock`, 'unshare', '--fork', '--pid', '--kill-child');
      await expect(opened()).rejects.toBeInstanceOf(TrailInUse);
    },
  );

  it('is free with a claim of ours that nobody has locked, whichever process runs', async () => {
    await leaveClaim({ pid: await otherProcess(), startTime: '', kernel_lock: true });
    const trail = await opened();
    expect(readFileSync(`${file}.lock`, 'utf8')).toContain(`"pid":${process.pid},`);
    await trail.onApplicationShutdown();
  });

  it.skipIf(process.platform !== 'linux')('is free when its process was not reaped', async () => {
    const { pid, parent } = await zombie();
    child = parent;
    await leaveClaim({ pid, startTime: '' });
    const trail = await opened();
    expect(readFileSync(`${file}.lock`, 'utf8')).not.toContain(`"pid":${pid},`);
    await trail.onApplicationShutdown();
  });

  it('is recognized by its process alone if the file system has no locks, with a warning', async () => {
    const warnings = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const without = () => new TrailLock(file, () => ({ unavailable: 'ENOLCK' }));
    const first = without();
    await first.claim();
    expect(warnings.mock.calls).toEqual([
      [expect.stringContaining('cannot be locked'), { file: `${file}.lock`, reason: 'ENOLCK' }],
    ]);
    warnings.mockRestore();
    await expect(without().claim()).rejects.toBeInstanceOf(TrailInUse);
    await expect(new TrailLock(file).claim()).rejects.toBeInstanceOf(TrailInUse);
    await first.release();
  });
});
