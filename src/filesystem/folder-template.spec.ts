import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputFileRefused } from '../request/errors.js';
import { FolderTemplate } from './folder-template.js';
import { OutputRoots } from './output-roots.js';

describe('a template of folders', () => {
  const raw = new FolderTemplate('/sf/{beamline}/data/{pgroup}/raw', {
    beamline: ['alvra', 'a.b'],
  });

  it.each([
    ['/sf/alvra/data/p12345/raw/x.h5', '/sf/alvra/data/p12345/raw'],
    ['/sf/alvra/data/p12345/raw/run0001/data/acq0001.BSDATA.h5', '/sf/alvra/data/p12345/raw'],
    ['/sf/a.b/data/p1/raw/x', '/sf/a.b/data/p1/raw'],
    ['/sf/alvra/data/p12345/raw', undefined],
    ['/sf/alvra/data/p12345/raw2/x.h5', undefined],
    ['/sf/alvra/data/p12345/res/x.h5', undefined],
    ['/sf/alvra/data/p1/p2/raw/x.h5', undefined],
    ['/sf/bernina/data/p12345/raw/x.h5', undefined],
    ['/sf/axb/data/p1/raw/x', undefined],
    ['/other/sf/alvra/data/p12345/raw/x.h5', undefined],
  ])('has for %s the folder %s', (path, folder) => {
    expect(raw.folderOf(path)).toBe(folder);
  });

  it('wants the same text where a name stands twice', () => {
    const twice = new FolderTemplate('/sf/{beamline}/{pgroup}-{beamline}');
    expect(twice.folderOf('/sf/alvra/p1-alvra/x')).toBe('/sf/alvra/p1-alvra');
    expect(twice.folderOf('/sf/alvra/p1-furka/x')).toBeUndefined();
  });
});

describe('output files below folders that follow a template', () => {
  let base: string;
  let roots: OutputRoots;

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'template-')));
    for (const folder of ['root', 'elsewhere', 'data/p1/raw']) {
      mkdirSync(join(base, folder), { recursive: true });
    }
    const further = new FolderTemplate(join(base, 'data/{pgroup}/raw'));
    roots = new OutputRoots([join(base, 'root')], further);
  });

  afterEach(() => rmSync(base, { recursive: true }));

  it('are taken, and relative ones lie in a root as ever', () => {
    const file = join(base, 'data/p1/raw/run0001/x.h5');
    expect(roots.resolve(file)).toBe(file);
    expect(roots.resolve('x.h5')).toBe(join(base, 'root/x.h5'));
  });

  it('are taken where the raw folder lies on another disk', () => {
    mkdirSync(join(base, 'data/p2'));
    symlinkSync(join(base, 'elsewhere'), join(base, 'data/p2/raw'));
    const place = roots.open(join(base, 'data/p2/raw/x.h5'));
    expect(place.folder.path).toBe(join(base, 'elsewhere'));
    place.folder.close();
  });

  it('are refused where links lead out, and beside a raw folder', () => {
    symlinkSync(join(base, 'elsewhere'), join(base, 'data/p1/raw/out'));
    for (const name of ['data/p1/raw/out/x.h5', 'data/p1/x.h5', 'data/p1/raw/../../x.h5']) {
      expect(() => roots.resolve(join(base, name))).toThrow(OutputFileRefused);
    }
    expect(() => roots.resolve(join(base, 'x.h5'))).toThrow('data/{pgroup}/raw)');
  });
});
