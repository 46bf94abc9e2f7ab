import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../support/service.js';

/** The oldest that the package allows, and the newest of each line that has long-term support. */
const VERSIONS = ['20.19.0', '20', '22', '24'];

const { engines } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { engines: { node: string } };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'node-versions-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program of a version, as npm has it. */
function nodeOf(version: string): string {
  const home = join(folder, version);
  mkdirSync(home);
  const name = `node-${process.platform}-${process.arch}@${version}`;
  const args = ['pack', name, '--json', '--pack-destination', home];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8' })) as [
    { filename: string },
  ];
  extract({ file: join(home, filename), cwd: home, strip: 1, sync: true }, ['package/bin/node']);
  return join(home, 'bin/node');
}

describe('Node.js', () => {
  it('is tried in the oldest version that the package allows', () => {
    expect(engines.node).toBe('>=20.19');
    expect(VERSIONS[0]).toBe('20.19.0');
  });

  it.each(VERSIONS)('%s runs the demo', (version) => {
    const node = nodeOf(version);
    const run = (...args: string[]) => execFileSync(node, args, { cwd: folder, encoding: 'utf8' });
    expect(run('--version')).toMatch(new RegExp(`^v${version.replaceAll('.', '\\.')}[.\n]`));
    expect(run(MAIN, 'demo')).toContain('values, all as simulated');
    // These set flags of the engine, which not every version knows.
    for (const command of ['broker', 'writer']) {
      const help = spawnSync(node, [MAIN, command, '--help'], { encoding: 'utf8' });
      expect(help).toMatchObject({ status: 0, stderr: '' });
    }
  });
});
