import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ARCHIVES = join(ROOT, 'archives');
/** `e_machine` of an ELF file, at byte 18. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };
/** In a network of its own, with nothing in it. */
const ISOLATED = ['unshare', '--map-root-user', '--net', 'sh', '-c'];

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const isIsolated = spawnSync(ISOLATED[0], [...ISOLATED.slice(1), 'ip link set lo up']).status === 0;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archives-'));
  execFileSync(process.execPath, ['packaging/archives.mjs'], { cwd: ROOT, stdio: 'pipe' });
}, 400_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(ARCHIVES, { recursive: true, force: true });
});

/** Unpacked as the docs say. */
function unpacked(arch: string): string {
  const name = `sf-databuffer-${version}-linux-${arch}`;
  execFileSync('tar', ['-xzf', join(ARCHIVES, `${name}.tar.gz`), '-C', folder]);
  return join(folder, name);
}

function machineOf(file: string): number {
  const bytes = readFileSync(file);
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  return bytes.readUInt16LE(18);
}

describe('an archive', () => {
  it('has its digest beside it', () => {
    const said = execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: ARCHIVES });
    expect(said.toString().trim().split('\n').sort()).toEqual([
      `sf-databuffer-${version}-linux-arm64.tar.gz: OK`,
      `sf-databuffer-${version}-linux-x64.tar.gz: OK`,
    ]);
  });

  it.each(['x64', 'arm64'])('for %s has code for that alone, and all that is set up', (arch) => {
    const home = unpacked(arch);
    const files = readdirSync(home, { recursive: true }) as string[];
    const native = files.filter((file) => /\.node$|^node\/bin\/node$/.test(file));
    expect(native.some((file) => file.includes('zeromq'))).toBe(true);
    expect(native.some((file) => file.includes('fs-native-extensions'))).toBe(true);
    const machines = new Set(native.map((file) => machineOf(join(home, file))));
    expect([...machines]).toEqual([MACHINES[arch]]);
    expect(files).toEqual(
      expect.arrayContaining([
        ...['README.md', 'CHANGELOG.md', 'THIRD_PARTY_LICENSES', 'sbom.cdx.json', 'node/LICENSE'],
        ...['deploy/systemd/broker.service', 'docs/operations.md'],
      ]),
    );
  });

  it.skipIf(!isIsolated)('runs without a network and without a Node.js of the host', () => {
    const home = unpacked(process.arch);
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const linked = join(elsewhere, 'sf-databuffer');
    symlinkSync(join(home, 'bin/sf-databuffer'), linked);
    // The host's own must not be used.
    writeFileSync(join(elsewhere, 'node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
    const run = (line: string) => {
      const environment = ['-i', `PATH=${elsewhere}:/usr/bin:/bin`, `TMPDIR=${folder}`];
      const command = [...ISOLATED, `ip link set lo up && ${line}`];
      return spawnSync('env', [...environment, ...command], { cwd: elsewhere, encoding: 'utf8' });
    };
    expect(run('! ip route get 1.1.1.1').status).toBe(0);
    expect(run('node').status).toBe(99);
    expect(run('./sf-databuffer --version').stdout).toContain(version);
    const { stdout, stderr, status } = run('./sf-databuffer demo');
    expect(stdout + stderr).toContain('values, all as simulated');
    expect(status).toBe(0);
  });
});
