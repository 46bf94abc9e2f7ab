import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from '../src/config/load-settings.js';
import type { ServiceSettings } from '../src/config/service-settings.js';
import type { SettingsClass } from '../src/config/setting.js';
import { SERVICES, environmentFile } from './support/settings-documents.js';
import { assignments, unitEnvironment } from './support/unit-file.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const deployed = (name: string) => join(ROOT, 'deploy', name);

const UNITS = [
  {
    service: 'broker',
    unit: 'systemd/broker.service',
    file: 'systemd/broker.env',
    head: [
      'Settings of broker.service: /etc/sf_databuffer/broker.env',
      'The comments show the defaults. An empty value means none.',
      'After a change: systemctl restart broker',
    ],
    required: {},
    recommended: { SF_DATABUFFER_EPICS_WRITER_URL: 'http://localhost:10200/notify' },
  },
  {
    service: 'writer',
    unit: 'systemd/broker_writer@.service',
    file: 'systemd/broker_writer.env',
    head: [
      'Settings of all writers of this machine: /etc/sf_databuffer/broker_writer.env',
      'Settings of a single writer, e.g. its keys, in /etc/sf_databuffer/broker_writer@1.env, override these.',
      'The comments show the defaults. An empty value means none.',
      "After a change: systemctl restart 'broker_writer@*'",
    ],
    required: { data_api_url: 'http://localhost/query', stream_address: 'tcp://localhost:12500' },
    recommended: { SF_DATABUFFER_DATA_WAIT: '20' },
  },
] as const;

describe.each(UNITS)('$unit', ({ service, unit, file, head, required, recommended }) => {
  const set = new Map(assignments(deployed(unit)));
  const settingsClass = SERVICES[service];

  it('is understood by systemd', ({ skip }) => {
    if (spawnSync('systemd-analyze', ['--version']).error) skip('systemd-analyze is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'units-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // What it starts is looked for, too, and need not be installed here.
    const text = readFileSync(deployed(unit), 'utf8');
    const copy = join(folder, unit.replace(/.*\//, '').replace('@.', '@1.'));
    writeFileSync(copy, text.replace('/usr/local/bin/sf-databuffer', process.execPath));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('sets only what is a setting, and leaves time to end', () => {
    const settings = loadSettings(settingsClass as SettingsClass<ServiceSettings>, {
      flags: required,
      environment: unitEnvironment(deployed(unit)),
    });
    expect(Number(set.get('TimeoutStopSec'))).toBeGreaterThan(settings.shutdown_grace + 10);
  });

  it('may write where files go', () => {
    const roots = unitEnvironment(deployed(unit)).SF_DATABUFFER_OUTPUT_ROOT;
    expect(set.get('ReadWritePaths')).toBe(`-${roots}`);
    expect(set.get('ProtectSystem')).toBe('strict');
  });

  it(`has all settings in ${file}`, async () => {
    const unitSets = unitEnvironment(deployed(unit));
    const expected = environmentFile(head, settingsClass, unitSets, recommended);
    await expect(expected).toMatchFileSnapshot(deployed(file));
  });

  it(`is the same with all that ${file} has in comments`, () => {
    const unitSets = unitEnvironment(deployed(unit));
    const lines = readFileSync(deployed(file), 'utf8').matchAll(/^#(SF_DATABUFFER_\w+)=(.+)$/gm);
    const uncommented = Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
    expect(Object.keys(uncommented).length).toBeGreaterThan(10);
    expect(
      loadSettings(settingsClass, {
        flags: required,
        environment: { ...unitSets, ...uncommented },
      }),
    ).toEqual(loadSettings(settingsClass, { flags: required, environment: unitSets }));
  });
});

describe('logrotate/sf_databuffer', () => {
  const text = readFileSync(deployed('logrotate/sf_databuffer'), 'utf8');

  it('moves the trail of broker.service, as its user', () => {
    const trail = unitEnvironment(deployed('systemd/broker.service')).SF_DATABUFFER_AUDIT_FILE;
    expect(text.match(/^\/.*/gm)).toEqual([trail, `${trail}.outcomes`]);
    expect(text).toContain('su sf_databuffer sf_databuffer');
  });
});

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

interface ComposeService {
  readonly command?: readonly [keyof typeof SERVICES];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

const COMPOSED = [
  { file: 'container/compose.yaml', writers: 2, others: [] },
  { file: 'container/compose-rabbitmq.yaml', writers: 6, others: ['rabbitmq'] },
];

describe.each(COMPOSED)('$file', ({ file, writers, others }) => {
  // What the caller's environment gives has a value in place of it.
  const text = readFileSync(deployed(file), 'utf8').replaceAll(/\$\{\w+:-(\w+)\}/g, '$1');
  const compose = parse(text, { merge: true }) as ComposeFile;
  const services = Object.entries(compose.services);
  const ours = services.flatMap(([name, { command, ...service }]) =>
    command ? [[name, { command, ...service }] as const] : [],
  );

  it(`has a broker, ${writers} writers and a simulator`, () => {
    const commands = ours.map(([, { command }]) => command.join(' '));
    const expected = ['broker', 'simulator', ...Array<string>(writers).fill('writer')];
    expect(commands.sort()).toEqual(expected);
    expect(services.filter(([, { command }]) => !command).map(([name]) => name)).toEqual(others);
  });

  it.each(ours)('gives %s settings that it has', (_name, { command, environment = {} }) => {
    expect(() => loadSettings(SERVICES[command[0]], { flags: {}, environment })).not.toThrow();
  });

  it.each(ours)('builds %s', (_name, { build }) => {
    expect(existsSync(join(deployed('container'), build!.context, build!.dockerfile))).toBe(true);
  });

  it.each(services)('keeps the data of %s', (_name, { environment = {}, volumes = [] }) => {
    const targets = volumes.map((volume) => volume.split(':'));
    expect(Object.keys(compose.volumes)).toEqual(
      expect.arrayContaining(targets.map(([name]) => name)),
    );
    const kept = Object.values(environment).filter((value) => value.startsWith('/'));
    for (const path of kept) {
      expect(targets.some(([, folder]) => path.startsWith(folder))).toBe(true);
    }
  });

  it('gives each writer a state folder of its own', () => {
    const volumes = services.flatMap(([, { volumes: used = [] }]) =>
      used.filter((volume) => volume.endsWith(':/var/lib/sf_databuffer')),
    );
    expect(volumes).toHaveLength(writers);
    expect(new Set(volumes).size).toBe(writers);
  });

  it.each(services)('names hosts in the URLs of %s that are services', (_name, service) => {
    const urls = Object.values(service.environment ?? {}).filter((value) => value.includes('://'));
    for (const url of urls) expect(compose.services).toHaveProperty(new URL(url).hostname);
  });
});

it('container/compose-rabbitmq.yaml knows RabbitMQ by the user that it is given', () => {
  const text = readFileSync(deployed('container/compose-rabbitmq.yaml'), 'utf8');
  const { services } = parse(text, { merge: true }) as ComposeFile;
  const { RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password } =
    services.rabbitmq.environment!;
  for (const name of ['broker', 'writer-1', 'writer-6']) {
    expect(services[name].environment).toMatchObject({
      SF_DATABUFFER_QUEUE: 'rabbitmq',
      SF_DATABUFFER_RABBITMQ_URL: `amqp://${user}:${password}@rabbitmq:5672`,
    });
  }
});

describe('container/Containerfile', () => {
  const lines = readFileSync(deployed('container/Containerfile'), 'utf8').split('\n');

  it('copies what is there', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied).toContain('package-lock.json');
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('copies all that the build needs', () => {
    const script = readFileSync(join(ROOT, 'build.mjs'), 'utf8');
    const named = [...script.matchAll(/'(?:\.\/)?([\w.-]+)[\w./-]*'/g)].map(([, name]) => name);
    const made = ['node_modules', 'build', 'dist'];
    // Of the client the page has types alone.
    const others = [...made, 'clients'];
    const needed = readdirSync(ROOT).filter(
      (name) => named.includes(name) && !others.includes(name),
    );
    expect(needed).toEqual(expect.arrayContaining(['bundle.mjs', 'src', 'tsconfig.json', 'web']));
    const text = lines.join('\n');
    for (const file of needed) expect(text).toContain(file);
  });
});
