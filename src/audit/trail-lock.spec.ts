import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditTrail } from './audit-trail.js';
import { TrailInUse } from './trail-in-use.js';

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

/** Leaves a claim, as this process would write it, with some things changed. */
async function leaveClaim(change: object): Promise<void> {
  const trail = await opened();
  const claim = JSON.parse(readFileSync(`${file}.lock`, 'utf8')) as object;
  await trail.onApplicationShutdown();
  writeFileSync(`${file}.lock`, JSON.stringify({ ...claim, ...change }));
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
});
