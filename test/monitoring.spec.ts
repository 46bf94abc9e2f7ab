import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { INestMicroservice } from '@nestjs/common';
import { format, resolveConfig } from 'prettier';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BrokerFixture } from '../src/broker/broker.fixture.js';
import { loadSettings } from '../src/config/load-settings.js';
import { WriterSettings } from '../src/config/writer-settings.js';
import { type Sample, samplesIn, valueIn } from '../src/monitoring/exposition.fixture.js';
import { SILENT_LOG } from '../src/writer/captured-log.fixture.js';
import { createWriter } from '../src/writer/create-writer.js';
import { scriptedThread } from '../src/writer/threads/scripted-thread.fixture.js';
import { THREAD_ENTRIES } from '../src/writer/writer.module.js';
import { poll } from './support/poll.js';
import { usesOf } from './support/promql.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const deployed = (name: string) => join(ROOT, 'deploy', name);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<'summary' | 'description' | 'runbook', string>>;
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { groups } = parse(readFileSync(deployed('prometheus/alerts.yml'), 'utf8')) as {
  groups: { rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readFileSync(deployed('grafana/sf-databuffer.json'), 'utf8')) as {
  panels: Panel[];
};
const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map((target) => ({ title, ...target })),
);

// Prometheus gives each sample the first two, and makes `up` itself.
const ATTACHED = ['job', 'instance'];
const OF_PROMETHEUS = ['up'];

/** What broker and writer tell of themselves, after a request that failed. */
let scrapes: { broker: string; writer: string };
let exported: Map<string, Set<string>>;

const broker = new BrokerFixture();
const state = mkdtempSync(join(tmpdir(), 'state-'));
let writer: INestMicroservice;

beforeAll(async () => {
  const list = join(broker.folder, 'channels.txt');
  writeFileSync(list, 'A\n');
  await broker.start({
    channels_file: list,
    // Nothing answers there: what is told of listeners and of others is all the same.
    status_exchange: 'status',
    request_exchange: 'request',
    rabbitmq_url: ['amqp://127.0.0.1:9'],
  });
  const flags = {
    stream_address: broker.output,
    report_address: broker.reports,
    data_api_url: 'http://127.0.0.1:9/query',
    output_root: [broker.folder],
    state_dir: state,
    retries: 0,
    metrics_port: 0,
  };
  writer = await createWriter(
    loadSettings(WriterSettings, { flags, environment: {} }),
    SILENT_LOG,
    {
      ...THREAD_ENTRIES,
      // It can work, and dies of each job.
      jobs: scriptedThread(`
        parentPort.on('message', () => process.exit(1)).postMessage({ type: 'tried out' });
      `),
    },
  );
  await writer.listen();
  await broker.acquire('a.h5');
  const { metrics_url } = broker.log.find(({ msg }) => msg === 'can be watched') as Record<
    string,
    string
  >;
  scrapes = await poll(async () => {
    const ofBroker = (await broker.call('GET', '/metrics')).text;
    const failed = valueIn(ofBroker, 'sf_databuffer_broker_requests_settled_total', {
      outcome: 'failed',
    });
    return failed === 1
      ? { broker: ofBroker, writer: await (await request(metrics_url)).body.text() }
      : undefined;
  });
  exported = new Map();
  for (const { name, labels } of allSamples()) {
    const known = exported.get(name) ?? new Set();
    for (const label of Object.keys(labels)) known.add(label);
    exported.set(name, known);
  }
});

afterAll(async () => {
  await writer?.close();
  await broker.remove();
  rmSync(state, { recursive: true });
});

function allSamples(): Sample[] {
  return [...samplesIn(scrapes.broker), ...samplesIn(scrapes.writer)];
}

/** What an expression relies on and no service has. */
function unknownIn(expression: string): string[] {
  const { metrics, grouped } = usesOf(expression);
  const all = metrics.flatMap(({ metric }) => [...(exported.get(metric) ?? [])]);
  return [
    ...metrics
      .filter(({ metric }) => !exported.has(metric) && !OF_PROMETHEUS.includes(metric))
      .map(({ metric }) => metric),
    ...metrics.flatMap(({ metric, labels }) =>
      labels
        .filter((label) => !exported.get(metric)?.has(label) && !ATTACHED.includes(label))
        .map((label) => `${metric}{${label}}`),
    ),
    ...grouped.filter((label) => !all.includes(label) && !ATTACHED.includes(label)),
  ];
}

describe('prometheus/alerts.yml', () => {
  it('uses only what is exported', () => {
    expect(rules.length).toBeGreaterThan(20);
    for (const { alert, expr } of rules) {
      expect({ alert, metrics: usesOf(expr).metrics.length }).not.toEqual({ alert, metrics: 0 });
      expect({ alert, unknown: unknownIn(expr) }).toEqual({ alert, unknown: [] });
    }
  });

  it('says in words only what there is to be said', () => {
    for (const { alert, expr, annotations } of rules) {
      const { metrics, grouped } = usesOf(expr);
      const labels = metrics.flatMap(({ metric }) => [...(exported.get(metric) ?? [])]);
      const left = grouped.length > 0 ? grouped : [...labels, ...ATTACHED];
      const text = `${annotations.summary} ${annotations.description}`;
      const named = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      const missing = named.filter((label) => !left.includes(label));
      expect({ alert, missing }).toEqual({ alert, missing: [] });
    }
  });

  it('has a section for each alert in docs/troubleshooting.md, and no other', () => {
    const text = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
    const [, section] = /^## Alerts: what to do\n([^]*?)(?![^])/m.exec(text)!;
    const headings = [...section.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(rules.map(({ alert }) => alert));
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/troubleshooting.md#${alert.toLowerCase()}`);
    }
  });

  it('has a test that makes each alert fire', () => {
    const { tests } = parse(readFileSync(deployed('prometheus/alerts.test.yml'), 'utf8')) as {
      tests: { promql_expr_test: { expr: string; exp_samples: unknown[] }[] }[];
    };
    const fired = tests
      .flatMap(({ promql_expr_test: asked }) => asked)
      .filter(({ exp_samples }) => exp_samples.length > 0)
      .map(({ expr }) => /alertname="(\w+)"/.exec(expr)?.[1]);
    expect(fired).toEqual(rules.map(({ alert }) => alert));
  });

  it('fires when it should, as promtool finds', ({ skip }) => {
    if (spawnSync('promtool', ['--version']).error) skip('promtool is not installed');
    for (const args of [
      ['test', 'rules', 'alerts.test.yml'],
      ['check', 'config', '--syntax-only', 'prometheus.yml'],
    ]) {
      const options = { cwd: deployed('prometheus'), encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync('promtool', args, options);
      const said = stdout + stderr;
      expect({ status, said }).toEqual({ status: 0, said });
    }
  });

  it('relies on jobs that prometheus.yml has', () => {
    const { scrape_configs: configs } = parse(
      readFileSync(deployed('prometheus/prometheus.yml'), 'utf8'),
    ) as { scrape_configs: { job_name: string }[] };
    const jobs = configs.map(({ job_name }) => job_name);
    for (const { expr } of rules) {
      for (const [, operator, text] of expr.matchAll(/job(=~?)"([^"]+)"/g)) {
        const fits = (job: string) => (operator === '=' ? job === text : job.match(`^${text}$`));
        expect(jobs.some(fits)).toBe(true);
      }
    }
  });
});

describe('grafana/sf-databuffer.json', () => {
  it('shows only what is exported', () => {
    expect(targets.length).toBeGreaterThan(20);
    for (const { title, expr, legendFormat } of targets) {
      expect({ title, unknown: unknownIn(expr) }).toEqual({ title, unknown: [] });
      const { metrics, grouped } = usesOf(expr);
      const labels = metrics.flatMap(({ metric }) => [...(exported.get(metric) ?? [])]);
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const left = [...(grouped.length > 0 ? grouped : [...labels, ...ATTACHED])];
      expect(left).toEqual(expect.arrayContaining(named));
    }
  });

  it('shows all figures of ours', () => {
    const shown = targets.flatMap(({ expr }) => usesOf(expr).metrics.map(({ metric }) => metric));
    const ours = metricsOf(scrapes.broker).concat(metricsOf(scrapes.writer));
    const unseen = ours.filter(({ name }) => !shown.some((metric) => belongsTo(metric, name)));
    expect(unseen.map(({ name }) => name)).toEqual([]);
  });
});

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Whether a sample is one of a metric: a histogram has several. */
function belongsTo(sample: string, metric: string): boolean {
  return sample.replace(/_(bucket|sum|count)$/, '') === metric;
}

/** Those with our prefix, in their order. */
function metricsOf(scrape: string): Metric[] {
  const samples = samplesIn(scrape);
  return [...scrape.matchAll(/^# HELP (sf_databuffer_\w+) (.*)\n# TYPE \w+ (\w+)$/gm)].map(
    ([, name, help, type]) => {
      const own = samples.filter((sample) => belongsTo(sample.name, name));
      const labels = own.flatMap((sample) => Object.keys(sample.labels));
      return { name, type, help, labels: [...new Set(labels)].filter((label) => label !== 'le') };
    },
  );
}

function table(metrics: readonly Metric[]): string {
  return [
    '| metric | type | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...metrics.map(
      ({ name, type, labels, help }) =>
        `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
    ),
  ].join('\n');
}

// After a change of metrics: npx vitest run --project processes test/monitoring.spec.ts -u
it('docs/metrics.md lists all metrics as they are', async () => {
  const file = join(ROOT, 'docs/metrics.md');
  let text = readFileSync(file, 'utf8');
  for (const service of ['broker', 'writer'] as const) {
    const place = new RegExp(
      `(<!-- ${service}: generated -->\\n)[^]*?(<!-- end of ${service} -->)`,
    );
    expect(text).toMatch(place);
    text = text.replace(
      place,
      (_, begin: string, end: string) =>
        `${begin}\n${table(metricsOf(scrapes[service]))}\n\n${end}`,
    );
  }
  const config = await resolveConfig(file);
  await expect(await format(text, { ...config, parser: 'markdown' })).toMatchFileSnapshot(file);
});
