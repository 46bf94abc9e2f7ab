import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, hasPython } from '../../src/hdf5/python.fixture.js';
import { Beamline } from '../support/beamline.js';
import { MAIN } from '../support/service.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/runs.md'), 'utf8');
const execute = promisify(execFile);

/** What the page has in a language, in its order. */
function blocksOf(language: string): string[] {
  return [...PAGE.matchAll(new RegExp('```' + language + '\n([^]*?)```', 'g'))].map(
    ([, block]) => block,
  );
}

describe('docs/runs.md', () => {
  let beamline: Beamline;
  let broker: string;

  beforeAll(async () => {
    beamline = await Beamline.withoutData();
    const start = beamline.run(
      ...['start', '--rest_port', '0', '--output_port', '0', '--port', '0'],
      ...['--state_dir', beamline.state],
    );
    broker = await start.until(() => /\nPage {2}\S*\/\/(\S+)\/\n/.exec(start.output)?.[1]);
  });

  afterAll(() => beamline.clear());

  async function shell(block: string): Promise<string> {
    const script = block
      .replaceAll('curl ', 'curl --fail --silent --show-error --noproxy "*" ')
      .replaceAll('localhost:10002', broker)
      .replaceAll(/^sf-databuffer/gm, `'${process.execPath}' '${MAIN}'`);
    const { stdout } = await execute('bash', ['-ec', script], { cwd: beamline.folder });
    return stdout;
  }

  it('has commands that acquire a run, wait for it and check it', async () => {
    const [tried, numbers, ...looks] = blocksOf('sh');
    const said = await shell(tried);
    expect(said).toContain('"run_number":"1"');
    expect(said).toContain('"settled":true');
    expect(said).toContain('acq0001.CAMERAS.h5');
    expect(await shell(numbers)).toContain('"run_number":2');
    for (const block of looks) expect(await shell(block)).toContain('run0001');
  });

  it.runIf(hasPython('requests'))('has a program for Python', async () => {
    const client = join(ROOT, 'clients/python/sf_databuffer.py');
    copyFileSync(client, join(beamline.folder, 'sf_databuffer.py'));
    const [program] = blocksOf('python');
    const args = ['-c', program.replace('localhost:10002', broker)];
    const { stdout } = await execute(PYTHON, args, { cwd: beamline.folder });
    expect(stdout).toMatch(/^True \[.*BSDATA\.h5'\]\n$/);
  });
});
