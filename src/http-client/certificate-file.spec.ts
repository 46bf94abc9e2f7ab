import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCertificates } from './certificate-file.js';
import { PRIVATE_CA, SERVER } from './private-ca.fixture.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, 'ca.pem');
  writeFileSync(path, text);
  return path;
}

it('reads all certificates of a file, and nothing else in it', () => {
  const path = fileOf(`# ours\n${PRIVATE_CA}\n${SERVER.key}${SERVER.cert}`);
  expect(readCertificates(path, 'data_api_ca')).toEqual([PRIVATE_CA, SERVER.cert]);
});

it.each([
  [
    'a file without certificates',
    () => fileOf('nothing'),
    'is no PEM file of certificates: it has no',
  ],
  [
    'a damaged certificate',
    () => fileOf(PRIVATE_CA.replace('MII', 'XII')),
    'is no PEM file of certificates: ',
  ],
  ['a file that is not there', () => join(folder, 'none'), "can't be read: it does not exist"],
])('refuses %s, and names setting and file', (_what, pathOf, reason) => {
  const path = pathOf();
  expect(() => readCertificates(path, 'data_api_ca')).toThrow(`--data_api_ca ${path} ${reason}`);
});
