import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rawFolder } from './pgroup.fixture.js';
import { RawFolder } from './raw-folder.js';

it('leaves no text behind that could not be written, or got no name', async () => {
  const path = rawFolder();
  mkdirSync(join(path, 'run_info'));
  const raw = RawFolder.open(path);
  const staged = await raw.stage('7');
  await raw.stage('never named');
  await expect(raw.stage(7 as unknown as string)).rejects.toThrow(TypeError);
  await raw.name(staged, 'run_info', 'LAST_RUN');
  raw.close();
  expect(readdirSync(join(path, 'run_info'))).toEqual(['LAST_RUN']);
  expect(readFileSync(join(path, 'run_info/LAST_RUN'), 'utf8')).toBe('7');
});
