import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { loadSettings } from '../src/config/load-settings.js';
import type { ServiceSettings } from '../src/config/service-settings.js';
import type { SettingsClass } from '../src/config/setting.js';
import { type KubernetesObject, problemsOf } from './support/kubernetes-types.js';
import { SERVICES } from './support/settings-documents.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MANIFESTS = join(ROOT, 'deploy/kubernetes');
const RULES = join(MANIFESTS, 'monitoring/alerts.yaml');

type Labels = Readonly<Record<string, string>>;
interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
}
interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly tcpSocket?: { readonly port: string };
}
interface Container {
  readonly image: string;
  readonly args: readonly [keyof typeof SERVICES];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports: readonly ContainerPort[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext: Readonly<Record<string, unknown>>;
}
interface Workload extends KubernetesObject {
  readonly spec: {
    readonly serviceName?: string;
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly containers: readonly Container[];
        readonly volumes?: readonly {
          readonly name: string;
          readonly persistentVolumeClaim?: { readonly claimName: string };
        }[];
        readonly terminationGracePeriodSeconds?: number;
        readonly enableServiceLinks: boolean;
        readonly securityContext: Readonly<Record<string, unknown>>;
      };
    };
    readonly volumeClaimTemplates?: readonly KubernetesObject[];
  };
}
interface Service extends KubernetesObject {
  readonly spec: {
    readonly clusterIP?: string;
    readonly selector: Labels;
    readonly ports: readonly { readonly name: string; port: number; targetPort: string }[];
  };
}
interface ServiceMonitor extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly endpoints: readonly {
      readonly port: string;
      readonly relabelings: readonly { targetLabel: string; replacement?: string }[];
    }[];
  };
}
interface ConfigMap extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}
interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newTag?: string }[];
  readonly configMapGenerator?: readonly {
    readonly envs?: readonly string[];
    readonly files?: readonly string[];
  }[];
}

const yamlFiles = readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(MANIFESTS, name));
const kustomizations = [
  ...yamlFiles.filter((file) => file.endsWith('/kustomization.yaml')),
  join(ROOT, 'deploy/grafana/kustomization.yaml'),
];
const resources = yamlFiles.filter((file) => !kustomizations.includes(file));

const textOf = (file: string) => readFileSync(file, 'utf8');
const kustomizationOf = (file: string) => parse(textOf(file)) as Kustomization;
const objectsIn = (text: string) =>
  parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
/** Older ones have no components. */
const noKubectl = !/"kustomizeVersion": "v([5-9]|\d\d)/.test(
  spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' }).stdout ?? '',
);

// After a change of the alerts: npx vitest run --project processes test/kubernetes.spec.ts -u
it('kubernetes/monitoring/alerts.yaml has the alerts of prometheus/alerts.yml', async () => {
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'sf-databuffer', labels: { 'app.kubernetes.io/name': 'sf-databuffer' } },
    spec: parse(textOf(join(ROOT, 'deploy/prometheus/alerts.yml'))) as object,
  };
  const head = '# Made from deploy/prometheus/alerts.yml by test/kubernetes.spec.ts.\n';
  const config = await resolveConfig(RULES);
  const text = await format(head + stringify(rule), { ...config, parser: 'yaml' });
  await expect(text).toMatchFileSnapshot(RULES);
});

it('every manifest is part of a kustomization, whose files are there', () => {
  const named = kustomizations.flatMap((file) => {
    const { resources = [], components = [], configMapGenerator = [] } = kustomizationOf(file);
    const made = configMapGenerator.flatMap(({ envs = [], files = [] }) => [...envs, ...files]);
    return [...resources, ...components, ...made].map((name) => join(dirname(file), name));
  });
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
  expect(resources.filter((file) => !named.includes(file))).toEqual([]);
});

it('every service that has the volume of files may write there', () => {
  const mounts = resources
    .flatMap((file) => objectsIn(textOf(file)) as Workload[])
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap(({ spec }) => spec.template.spec.containers[0].volumeMounts ?? [])
    .filter(({ name }) => name === 'files');
  expect(mounts).toEqual(mounts.map(() => ({ name: 'files', mountPath: '/sf' })));
  expect(mounts).toHaveLength(2);
});

it('the image has the tag of this version', () => {
  const { version } = JSON.parse(textOf(join(ROOT, 'package.json'))) as { version: string };
  for (const part of ['base', 'simulator']) {
    const { images } = kustomizationOf(join(MANIFESTS, part, 'kustomization.yaml'));
    expect(images).toEqual([{ name: 'sf-databuffer', newTag: version }]);
  }
});

/** What each of them is put together of; the last one as somebody would who uses RabbitMQ. */
const RENDERED = [
  { name: 'trial', parts: ['trial'], components: [], secrets: [] },
  { name: 'beamline', parts: ['beamline'], components: [], secrets: [] },
  {
    name: 'trial with RabbitMQ',
    parts: ['trial'],
    components: ['rabbitmq'],
    secrets: ['sf-databuffer-rabbitmq'],
  },
  { name: 'trial with a token', parts: ['trial'], components: ['token'], secrets: [] },
];
const rendered = new Map<string, KubernetesObject[]>();

beforeAll(() => {
  if (noKubectl) return;
  const folder = mkdtempSync(join(tmpdir(), 'kustomization-'));
  try {
    const from = (name: string) => relative(folder, join(MANIFESTS, name));
    for (const { name, parts, components } of RENDERED) {
      const kustomization = { resources: parts.map(from), components: components.map(from) };
      writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
      if (stderr !== '') throw new Error(stderr);
      rendered.set(name, objectsIn(stdout));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('all is what the published types of Kubernetes allow', () => {
  const objects = [
    ...resources.flatMap((file) => objectsIn(textOf(file))),
    ...[...rendered.values()].flat(),
  ];
  expect(objects.length).toBeGreaterThan(10);
  // To see that a name and a value are looked at.
  const { metadata, ...rest } = objects.find(({ kind }) => kind === 'StatefulSet')!;
  const named = { ...rest, metadata: { ...metadata, name: 'named', lables: {} } };
  const valued = { ...rest, metadata: { ...metadata, name: 'valued' }, spec: { replicas: 1.5 } };
  const problems = problemsOf([...objects, named, valued]);
  const wrong = /^StatefulSet (named|valued): /;
  expect(problems.filter((problem) => !wrong.test(problem))).toEqual([]);
  expect(problems.join('\n')).toMatch(/named: .*lables[^]*valued: .*replicas must be integer/);
});

describe.skipIf(noKubectl).each(RENDERED)('kubernetes, $name', ({ name, secrets }) => {
  const objects = () => rendered.get(name)!;
  const ofKind = <T extends KubernetesObject>(...kinds: string[]) =>
    objects().filter(({ kind }) => kinds.includes(kind)) as T[];
  const workloads = () => ofKind<Workload>('StatefulSet', 'Deployment');
  const containerOf = ({ spec }: Workload) => spec.template.spec.containers[0];
  const chosenBy = (labels: Labels) =>
    workloads().filter(({ spec }) => has(spec.template.metadata.labels, labels));

  it('has each name once', () => {
    const names = objects().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.length).toBeGreaterThan(5);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives each service settings that it has, with all that it needs', () => {
    for (const workload of workloads()) {
      const { args, env = [], envFrom = [], ports } = containerOf(workload);
      const maps = envFrom.map(({ configMapRef: map, secretRef: secret }) => {
        if (secret) expect(secrets).toContain(secret.name);
        const found = ofKind<ConfigMap>('ConfigMap').find(
          ({ metadata }) => metadata.name === map?.name,
        );
        expect(found ?? secret).toBeDefined();
        return found?.data ?? {};
      });
      const own = env.map(({ name, value = '' }) => [
        name,
        value.replaceAll('$(NAMESPACE)', 'daq'),
      ]);
      const environment = Object.assign({}, ...maps, Object.fromEntries(own)) as Labels;
      const settings = loadSettings(SERVICES[args[0]] as SettingsClass<ServiceSettings>, {
        flags: {},
        environment,
      });
      // The ports that it will listen on.
      const listening = Object.entries(settings)
        .filter(([name]) => /(^|_)port$/.test(name))
        .map(([, port]) => port as number);
      const declared = ports.map(({ containerPort }) => containerPort);
      expect(declared).toEqual(expect.arrayContaining(listening.filter((port) => port > 0)));
      const grace = workload.spec.template.spec.terminationGracePeriodSeconds ?? 30;
      if (settings.shutdown_grace) expect(grace).toBeGreaterThan(settings.shutdown_grace + 10);
      // What it keeps lies on a volume.
      const { volumeMounts = [] } = containerOf(workload);
      for (const path of Object.values(environment).filter((value) => value.startsWith('/')))
        expect(volumeMounts.some(({ mountPath }) => path.startsWith(mountPath))).toBe(true);
    }
  });

  it('names Services and ports in URLs that are there', () => {
    const services = ofKind<Service>('Service');
    const urls = ofKind<ConfigMap>('ConfigMap')
      .flatMap(({ data }) => Object.entries(data))
      .filter(([name, value]) => name.startsWith('SF_DATABUFFER_') && value.includes('://'))
      .map(([, value]) => new URL(value))
      .filter(({ hostname }) => !hostname.endsWith('.example.org'));
    expect(urls.length).toBeGreaterThan(0);
    for (const { hostname, port } of urls) {
      const service = services.find(({ metadata }) => metadata.name === hostname);
      expect(service?.spec.ports.map((each) => each.port)).toContain(Number(port));
    }
  });

  it('has pods for each Service, with its ports, and a Service for each StatefulSet', () => {
    for (const { spec } of ofKind<Service>('Service')) {
      const chosen = chosenBy(spec.selector);
      expect(chosen).toHaveLength(1);
      const ports = containerOf(chosen[0]).ports;
      for (const { targetPort, port } of spec.ports)
        expect(ports).toContainEqual({ name: targetPort, containerPort: port });
    }
    for (const { spec, metadata } of workloads()) {
      expect(has(spec.template.metadata.labels, spec.selector.matchLabels)).toBe(true);
      expect(chosenBy(spec.selector.matchLabels).map((each) => each.metadata.name)).toEqual([
        metadata.name,
      ]);
    }
    for (const { spec } of ofKind<Workload>('StatefulSet')) {
      const headless = ofKind<Service>('Service').find(
        ({ metadata }) => metadata.name === spec.serviceName,
      );
      expect(headless?.spec.clusterIP).toBe('None');
    }
    for (const { spec } of ofKind<ServiceMonitor>('PodDisruptionBudget'))
      expect(chosenBy(spec.selector.matchLabels)).toHaveLength(1);
  });

  it('mounts volumes that are there', () => {
    const claims = ofKind('PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    for (const { spec } of workloads()) {
      const { volumes = [], containers } = spec.template.spec;
      const there = [
        ...volumes.map(({ name }) => name),
        ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
      ];
      const mounted = (containers[0].volumeMounts ?? []).map(({ name }) => name);
      expect(mounted.toSorted()).toEqual(there.toSorted());
      for (const { persistentVolumeClaim: claim } of volumes)
        if (claim) expect(claims).toContain(claim.claimName);
    }
  });

  it('asks for health where it is answered, and kills nothing that only waits', () => {
    for (const workload of workloads()) {
      const { startupProbe, livenessProbe, readinessProbe, ports } = containerOf(workload);
      const probes = [startupProbe, livenessProbe, readinessProbe].filter((probe) => probe);
      expect(probes.length).toBeGreaterThan(0);
      for (const probe of probes) {
        const { port } = probe!.httpGet ?? probe!.tcpSocket!;
        expect(ports.map(({ name }) => name)).toContain(port);
      }
      const ended = [startupProbe, livenessProbe].filter((probe) => probe);
      for (const probe of ended) expect(probe!.httpGet!.path).toBe('/health/live');
    }
    const [broker] = workloads().filter(({ metadata }) => metadata.name.endsWith('-broker'));
    // It has to be reached as long as it can record anything.
    expect(containerOf(broker).readinessProbe!.httpGet!.path).toBe('/health/live');
    expect(broker.spec.replicas).toBe(1);
  });

  it('runs the image of this version, also where a component adds to the base', () => {
    for (const workload of workloads())
      expect(containerOf(workload).image).toMatch(/(^|\/)sf-databuffer:\d+\.\d+\.\d+$/);
  });

  it('runs all without privileges, and without the variables of Services', () => {
    for (const { spec } of workloads()) {
      const { enableServiceLinks, securityContext, containers } = spec.template.spec;
      expect(enableServiceLinks).toBe(false);
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('has what is scraped, under the names of jobs that the alerts rely on', () => {
    const { scrape_configs: configs } = parse(
      textOf(join(ROOT, 'deploy/prometheus/prometheus.yml')),
    ) as { scrape_configs: { job_name: string }[] };
    const monitors = ofKind<ServiceMonitor>('ServiceMonitor');
    const jobs = monitors.map(({ spec }) => {
      const scraped = ofKind<Service>('Service').filter(({ metadata }) =>
        has(metadata.labels ?? {}, spec.selector.matchLabels),
      );
      expect(scraped).toHaveLength(1);
      const [{ port, relabelings }] = spec.endpoints;
      expect(scraped[0].spec.ports.map(({ name }) => name)).toContain(port);
      return relabelings.find(({ targetLabel }) => targetLabel === 'job')!.replacement;
    });
    if (monitors.length > 0) expect(jobs).toEqual(configs.map(({ job_name }) => job_name));
  });
});

function has(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
