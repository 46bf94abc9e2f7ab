import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { TestedRabbitmq, hasRabbitmq } from '../../src/transport/rabbitmq/rabbitmq.fixture.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { poll } from '../support/poll.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MEBIBYTE = 2 ** 20;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A file of the package that is neither documentation nor of another package. */
const OWN =
  /^(dist\/cli\/([\w.-]+\.(js|wasm)|hdf5\.LICENSE\.txt)|dist\/(page|swagger-ui|client|transport)\/.*|dist\/build\.txt|CHANGELOG\.md|(clients|deploy|examples)\/.*)$/;

const withRabbitmq = await hasRabbitmq();

describe('the package', () => {
  let home: string;
  let packed: string[];
  let application: string;
  let printed: string;
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: application, encoding: 'utf8' });

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'package-'));
    // Without scripts: they would build anew while other tests use what is built.
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', home];
    const listing = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
    const [{ filename, files }] = JSON.parse(listing) as [
      { filename: string; files: { path: string }[] },
    ];
    packed = files.map(({ path }) => path);
    application = join(home, 'application');
    mkdirSync(application);
    writeFileSync(join(application, 'package.json'), '{}');
    // Nothing can be fetched, and no script runs: as where there is no internet, and nobody trusts scripts.
    const install = ['install', '--offline', '--ignore-scripts', join(home, filename)];
    const cache = ['--cache', join(home, 'cache')];
    const done = spawnSync('npm', [...install, ...cache], { cwd: application, encoding: 'utf8' });
    printed = `${done.stdout}${done.stderr}`;
  }, 180_000);

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('has all that was built, for running and for setting it up, and nothing else', () => {
    const built = ['dist', 'deploy'].flatMap((folder) => filesBelow(join(ROOT, folder)));
    const meant = built
      .map((file) => file.slice(ROOT.length))
      .filter((file) => !file.startsWith('dist/.'));
    expect(meant).toContain('dist/cli/kernel.wasm');
    expect(meant).toContain('dist/cli/api4-kernel.wasm');
    expect(meant).toContain('dist/build.txt');
    expect(packed).toEqual(expect.arrayContaining([...meant, 'docs/operations.md']));
    const others = packed.filter((file) => !OWN.test(file) && !file.startsWith('node_modules/'));
    const texts = others.filter((file) => !/^docs\/.*\.(md|svg|png)$/.test(file)).sort();
    expect(texts).toEqual([
      'CONTRIBUTING.md',
      'README.md',
      'THIRD_PARTY_LICENSES',
      'package.json',
      'sbom.cdx.json',
    ]);
    const ours = packed.filter((file) => !file.startsWith('node_modules/'));
    expect(ours.filter((file) => /\.(spec|fixture)\./.test(file))).toEqual([]);
  });

  it('is installed without a network or scripts, and without a warning', () => {
    expect(printed).toContain('added 1 package');
    expect(printed).not.toMatch(/warn|deprecated|vulnerab/i);
  });

  it('brings few packages and megabytes', () => {
    const list = run('npm', 'ls', '--omit=dev', '--all', '--parseable').trim().split('\n');
    expect(list.length).toBeLessThanOrEqual(20);
    const sizes = filesBelow(join(application, 'node_modules')).map((file) => statSync(file).size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(90 * MEBIBYTE);
  });

  it('runs from there: a demo is right', () => {
    const { version } = JSON.parse(run('npm', 'ls', '--json', '--depth=0')).dependencies[
      'sf-databuffer-writer'
    ] as { version: string };
    expect(run('npx', 'sf-databuffer', '--version')).toContain(`${version} (`);
    expect(run('npx', 'sf-databuffer', 'demo')).toContain('all as simulated');
  }, 120_000);

  it.skipIf(!withRabbitmq)(
    'brings what RabbitMQ and Swagger UI need',
    async () => {
      const rabbitmq = await TestedRabbitmq.open();
      const [rest, data] = [await freePort(), await freePort()];
      const main = join(application, 'node_modules/sf-databuffer-writer/dist/cli/main.js');
      const flags = [...rabbitmq.flags, '--rest_port', String(rest), '--port', String(data)];
      const services = spawn(process.execPath, [main, 'start', ...flags], {
        cwd: application,
        stdio: 'ignore',
      });
      const ended = once(services, 'exit');
      onTestFinished(async () => {
        services.kill();
        await ended;
        const trails = filesBelow(join(application, 'data')).filter((file) => file.endsWith('.id'));
        for (const file of trails)
          rabbitmq.trail((JSON.parse(readFileSync(file, 'utf8')) as { trail_id: string }).trail_id);
        await rabbitmq.close();
      }, 60_000);
      const url = `http://127.0.0.1:${rest}`;
      await poll(() => call('GET', `${url}/status`).catch(() => undefined));
      await acquire(url, parametersFor('a.h5', ['SIMULATOR-PULSE-ID']), 1000, 1099);
      await poll(() => existsSync(join(application, 'data/a.h5')) || undefined);
      for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
        expect((await fetch(`${url}/docs/${file}`)).status).toBe(200);
      }
    },
    120_000,
  );
});
