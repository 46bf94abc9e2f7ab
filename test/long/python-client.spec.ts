import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, hasPython } from '../../src/hdf5/python.fixture.js';
import { Beamline } from '../support/beamline.js';

const TESTS = fileURLToPath(new URL('../python/client_test.py', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../clients/python/sf_databuffer.py', import.meta.url));
const HAS_REQUESTS = hasPython('requests');
const MYPY = ['mypy', '--strict', '--python-version', '3.9', '--cache-dir', '/dev/null', CLIENT];
const HAS_MYPY = spawnSync('mypy', ['--version']).status === 0;

const PASSED = /\nOK\n$/;

type Python = ChildProcessByStdio<null, Readable, Readable>;

describe.skipIf(!HAS_REQUESTS)('the Python client (needs python3-requests)', () => {
  let beamline: Beamline;

  let pgroups: string[];

  beforeAll(async () => {
    beamline = await Beamline.prepare();
    pgroups = beamline.pgroups('p1', 'p2', 'p3', 'p4');
  });

  afterAll(() => beamline.clear());

  function run(tests: string): Python {
    return spawn(PYTHON, ['-B', TESTS, tests], {
      env: { ...process.env, BROKER_URL: beamline.url, no_proxy: '*' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** What its tests ended with. */
  async function endOf(python: Python): Promise<string> {
    const [said] = await Promise.all([text(python.stderr), once(python, 'close')]);
    return said;
  }

  it('waits for its requests, and for a broker that is killed meanwhile', async () => {
    const broker = await beamline.broker(...pgroups);
    const python = run('WithoutWriter');
    const end = endOf(python);
    await Promise.race([once(python.stdout, 'data'), end]);
    await broker.end('SIGKILL');
    await Promise.all([beamline.broker(...pgroups), beamline.writer()]);
    expect(await end).toMatch(PASSED);
  });

  it('acquires, follows and repairs', async () => {
    expect(await endOf(run('WithWriter'))).toMatch(PASSED);
  });
});

it.skipIf(!HAS_MYPY)('the Python client is typed, as mypy --strict has it', () => {
  const { stdout } = spawnSync(MYPY[0], MYPY.slice(1), { encoding: 'utf8' });
  expect(stdout).toContain('Success');
});
