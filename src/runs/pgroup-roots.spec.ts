import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { InvalidRunName } from './errors.js';
import { temporaryFolder } from './pgroup.fixture.js';
import { PgroupRoots } from './pgroup-roots.js';

it('fills in beamline and pgroup, and refuses what leads elsewhere', () => {
  const roots = new PgroupRoots('/sf/{beamline}/data/{pgroup}/raw', ['alvra']);
  expect(roots.rawFolder('alvra', 'p12345')).toBe('/sf/alvra/data/p12345/raw');
  expect(() => roots.rawFolder('alvra', '../p1')).toThrow(InvalidRunName);
});

it('finds and lists the pgroups that have a raw folder', async () => {
  const folder = temporaryFolder();
  for (const made of [
    'alvra/p1/raw',
    'maloja/p1/raw',
    'alvra/p2/raw',
    'alvra/p3',
    'alvra/.x/raw',
  ]) {
    mkdirSync(join(folder, made), { recursive: true });
  }
  writeFileSync(join(folder, 'alvra/p4'), '');
  const roots = new PgroupRoots(join(folder, '{beamline}/{pgroup}/raw'), ['alvra', 'maloja', 'x']);
  const raw = (beamline: string, pgroup: string) => ({
    beamline,
    pgroup,
    raw: join(folder, beamline, pgroup, 'raw'),
  });
  expect(await roots.find('p1')).toEqual([raw('alvra', 'p1'), raw('maloja', 'p1')]);
  expect(await roots.find('p1', 'maloja')).toEqual([raw('maloja', 'p1')]);
  expect(await roots.find('p3')).toEqual([]);
  const all = await roots.list();
  expect(all.toSorted((one, other) => (one.raw < other.raw ? -1 : 1))).toEqual([
    raw('alvra', 'p1'),
    raw('alvra', 'p2'),
    raw('maloja', 'p1'),
  ]);
});

it('counts a pgroup once where beamlines share the folders', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'e-p1/raw'), { recursive: true });
  mkdirSync(join(folder, 'p2/raw'), { recursive: true });
  const roots = new PgroupRoots(join(folder, 'e-{pgroup}/raw'), ['alvra', 'maloja']);
  const found = [{ beamline: 'alvra', pgroup: 'p1', raw: join(folder, 'e-p1/raw') }];
  expect(await roots.list()).toEqual(found);
  expect(await roots.find('p1')).toEqual(found);
});
