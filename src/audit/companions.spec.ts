import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditTrail } from './audit-trail.js';
import { COMPANIONS, isCompanion } from './companions.js';

const canMakeFifos = spawnSync('mkfifo', ['--version']).status === 0;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trail-files-'));
  file = join(folder, 'audit.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a trail that is no regular file', () => {
  it.each(['', ...COMPANIONS])('keeps a broker from starting: folder %j', async (suffix) => {
    mkdirSync(`${file}${suffix}`);
    await expect(new AuditTrail(file).onModuleInit()).rejects.toMatchObject({
      code: 'trail_file_unusable',
      message: `${file}${suffix} is a folder, and the broker needs a regular file there: remove it, or start the broker with another --audit_file.`,
    });
  });

  it
    .skipIf(!canMakeFifos)
    .each([
      ['', 'audit.log'],
      ...[
        ...COMPANIONS,
        '.acquisition.new',
        '.abandoned.new',
        '.retrievals.new',
        '.id.new',
        '.lock.taken-over',
        '.probe',
      ].map((suffix) => [suffix, `audit.log${suffix}`]),
    ])('nor does it hang on a FIFO as %j', async (suffix, name) => {
    execFileSync('mkfifo', [`${file}${suffix}`]);
    await expect(new AuditTrail(file).onModuleInit()).rejects.toThrow(`${name} is a FIFO`);
  });

  it('is told through a link', async () => {
    symlinkSync('/dev/null', file);
    await expect(new AuditTrail(file).onModuleInit()).rejects.toThrow('audit.log is a device');
    await expect(new AuditTrail('/dev/null').onModuleInit()).rejects.toThrow(
      '/dev/null is a device',
    );
  });
});

describe('what a broker keeps beside its trail', () => {
  it.each([
    'audit.log.outcomes',
    'audit.log.outcomes.1.gz',
    'audit.log.outcomes-20261124',
    'audit.log.acquisition',
    'audit.log.acquisition.damaged-1795511700000',
    'audit.log.abandoned',
    'audit.log.abandoned.new',
    'audit.log.lock',
    'audit.log.lock.taken-over',
    'audit.log.id',
    'audit.log.id.new',
    'audit.log.id.damaged-1795511700000',
    'audit.log.damaged',
  ])('is told from trails: %s', (name) => expect(isCompanion(name)).toBe(true));

  it.each(['audit.log', 'audit.log.1', 'audit.log-20261124.gz', 'x.h5.err', 'grid', 'id'])(
    'nor is %s taken for it',
    (name) => expect(isCompanion(name)).toBe(false),
  );
});
