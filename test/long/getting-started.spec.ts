import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, hasPython } from '../../src/hdf5/python.fixture.js';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { MAIN } from '../support/service.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8');
const PROGRAMS = [...PAGE.matchAll(/```python\n([^]*?)```/g)].map(([, program]) => program);
const HAS_MODULES = hasPython('requests') && hasPython('h5py');

/** What the page says that a command prints. */
function printedBy(command: string): string {
  const begin = PAGE.indexOf(`$ ${command}\n`);
  expect(begin).toBeGreaterThan(0);
  return PAGE.slice(PAGE.indexOf('\n', begin) + 1, PAGE.indexOf('```', begin));
}

/** Without what is another one each time: numbers of pulses and bytes, dates, ids, folders, ports. */
function comparable(text: string): string {
  return text
    .replaceAll(/\S*\/(?=data\/|first\.h5)/g, '')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/localhost:\d+/g, 'localhost')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE')
    .replaceAll(/\d{11}/g, 'PULSE')
    .replaceAll(/, \d+ rows/g, ', ROWS')
    .replaceAll(/\d+ bytes within .*/g, 'SPEED');
}

const execute = promisify(execFile);

describe.runIf(HAS_MODULES)('docs/getting-started.md (needs python3-requests, -h5py)', () => {
  let beamline: Beamline;
  let buffer: ChildProcess;
  let url: string;
  let broker: string;

  beforeAll(async () => {
    beamline = await Beamline.withoutData();
    const port = await freePort();
    url = `http://localhost:${port}/query`;
    const server = join(ROOT, 'examples/data_buffer.py');
    buffer = spawn(PYTHON, [server, String(port)], { stdio: 'ignore' });
    const start = beamline.run(
      ...['start', '--data_api_url', url, '--rest_port', '0', '--output_port', '0'],
      ...['--state_dir', beamline.state],
    );
    broker = await start.until(() => /\nPage {2}(\S+)\/\n$/.exec(start.output)?.[1]);
    // acquire.py asks for the five seconds before the last one.
    await poll(async () => ((await recorded()) > 65 ? true : undefined));
  });

  afterAll(async () => {
    await beamline.clear();
    buffer.kill();
    await once(buffer, 'exit');
  });

  /** Pulses that the data buffer has. */
  async function recorded(): Promise<number> {
    const range = { startPulseId: 0, endPulseId: 1e12 };
    const asked = { channels: [{ name: 'LAB:PULSE' }], range };
    const reply = await fetch(url, { method: 'POST', body: JSON.stringify(asked) });
    const [{ data }] = (await reply.json()) as [{ data: unknown[] }];
    return data.length;
  }

  async function printed(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await execute(program, args, { cwd: beamline.folder });
    return comparable(stdout);
  }

  it('shows what probe says of the example', async () => {
    const said = await printed(process.execPath, MAIN, 'probe', '--data_api_url', url);
    const command = 'npx sf-databuffer probe --data_api_url http://localhost:8090/query';
    expect(said).toBe(comparable(printedBy(command)));
  });

  it('has programs that acquire and read, and shows what they print', async () => {
    copyFileSync(
      join(ROOT, 'clients/python/sf_databuffer.py'),
      join(beamline.folder, 'sf_databuffer.py'),
    );
    const [acquire, look] = PROGRAMS;
    const here = acquire.replace('http://localhost:10002', broker);
    writeFileSync(join(beamline.folder, 'acquire.py'), here);
    writeFileSync(join(beamline.folder, 'look.py'), look);
    for (const program of ['acquire.py', 'look.py']) {
      expect(await printed(PYTHON, program)).toBe(comparable(printedBy(`python3 ${program}`)));
    }
    const check = 'npx sf-databuffer check data/first.h5';
    expect(await printed(process.execPath, MAIN, 'check', 'data/first.h5')).toBe(
      comparable(printedBy(check)),
    );
  });
});
