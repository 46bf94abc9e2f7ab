import { describe, expect, it } from 'vitest';
import { BrokerSettings } from './broker-settings.js';
import { InvalidSettings } from './errors.js';
import { loadSettings } from './load-settings.js';
import { withoutCredentials } from './url-credentials.js';
import { WriterSettings } from './writer-settings.js';

const broker = (flags: Record<string, unknown>) =>
  loadSettings(BrokerSettings, { flags, environment: {} });

const writer = (flags: Record<string, unknown>) =>
  loadSettings(WriterSettings, {
    flags: { data_api_url: 'http://data/query', ...flags },
    environment: {},
  });

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  return [];
}

describe('a URL of RabbitMQ', () => {
  it.each([
    'amqp://127.0.0.1',
    'amqps://daq:secret@rabbit.example.org:5671/beamline',
    'amqp://daq:s%2Fec%40ret%2C@[::1]:5672/%2F?heartbeat=10',
    'amqp://daq@rabbit',
  ])('may be %s', (url) => {
    expect(broker({ rabbitmq_url: url }).rabbitmq_url).toEqual([url]);
  });

  it('may be one of several, for fail-over', () => {
    const urls = ['amqp://a', 'amqps://b:5671/x'];
    expect(broker({ rabbitmq_url: urls.join(',') }).rabbitmq_url).toEqual(urls);
    expect(writer({ queue: 'rabbitmq', rabbitmq_url: urls }).rabbitmq_url).toEqual(urls);
  });

  it.each([
    ['without a scheme', 'rabbit:5672'],
    ['of another scheme', 'http://daq:secret@rabbit'],
    ['without a host', 'amqp:///vhost'],
    ['with a port that is none', 'amqp://daq:secret@rabbit:70000'],
    ['with two vhosts', 'amqp://daq:secret@rabbit/a/b'],
    ['with a fragment', 'amqp://daq:secret@rabbit/a#b'],
    ['with / in its password', 'amqp://daq:secret/5@rabbit'],
    ['with / after digits in its password', 'amqp://daq:1/secret@rabbit'],
    ['with ? in its password', 'amqp://daq:1?secret@rabbit'],
    ['with # in its password', 'amqp://daq:1#secret@rabbit'],
    ['with a comma in its password', 'amqp://daq:sec,ret@rabbit'],
    ['with a quote in its password', `amqp://daq:secret'@rabbit`],
    ['with a lone % in its password', 'amqp://daq:secret%@rabbit'],
    ['with a lone % in its vhost', 'amqp://daq:secret@rabbit/50%'],
  ])('%s is refused, and not repeated', (_what, url) => {
    const problems = problemsOf(() => broker({ rabbitmq_url: url }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^--rabbitmq_url must be (a URL|URLs) of RabbitMQ/);
    expect(problems[0]).toContain('amqp://user:password@host:port/vhost');
    expect(problems[0]).not.toMatch(/daq|sec|ret|rabbit\b/);
  });

  it('is named by its place among several, also in a file or the environment', () => {
    const environment = { SF_DATABUFFER_RABBITMQ_URL: 'amqp://a, b:secret@c, amqp://d' };
    expect(problemsOf(() => loadSettings(BrokerSettings, { flags: {}, environment }))).toEqual([
      expect.stringMatching(/^SF_DATABUFFER_RABBITMQ_URL must be URLs of RabbitMQ, and number 2/),
    ]);
  });

  it('is logged without its password, whatever that consists of', () => {
    const ascii = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
    const urls = ascii.map((sign) => `amqp://daq:pass${sign}word@rabbit`);
    const taken = urls.filter((url) => problemsOf(() => broker({ rabbitmq_url: url })).length < 1);
    expect(taken.length).toBeGreaterThan(60);
    for (const url of taken) expect(withoutCredentials(url)).toBe('amqp://***@rabbit');
  });
});

describe('a name in RabbitMQ', () => {
  it.each(['sf_databuffer', 'alvra.2', 'a:b-c', 'x'.repeat(100)])('may be %s', (name) => {
    const names = { rabbitmq_prefix: name, status_exchange: name };
    expect(broker(names)).toMatchObject(names);
  });

  it.each(['a b', 'a/b', 'a#', '*', 'amq.topic', 'x'.repeat(101)])('may not be %s', (name) => {
    const names = { rabbitmq_prefix: name, status_exchange: name };
    const words = 'must have 1 to 100 letters, digits, or . _ : - and not begin with amq.';
    expect(problemsOf(() => broker(names))).toEqual([
      expect.stringContaining(`--rabbitmq_prefix ${words}`),
      expect.stringContaining(`--status_exchange ${words}`),
    ]);
  });
});

describe('with --queue rabbitmq', () => {
  it('a writer needs no address', () => {
    expect(writer({ queue: 'rabbitmq' })).toMatchObject({ stream_address: undefined });
    expect(problemsOf(() => writer({}))).toEqual([
      expect.stringContaining('stream_address must be the address of a broker'),
    ]);
  });

  it('a writer may have one, as where an environment serves several, but none that is wrong', () => {
    const stream_address = 'tcp://broker:12500';
    expect(writer({ queue: 'rabbitmq', stream_address })).toMatchObject({ queue: 'rabbitmq' });
    expect(problemsOf(() => writer({ queue: 'rabbitmq', stream_address: 'broker' }))).toEqual([
      expect.stringContaining('stream_address must be the address of a broker'),
    ]);
  });

  it.each(['off', 'mixed'])('outcomes must be reported: --reports %s is refused', (reports) => {
    expect(broker({ reports })).toMatchObject({ reports });
    expect(problemsOf(() => broker({ reports, queue: 'rabbitmq' }))).toEqual([
      `--reports can't be ${reports} with --queue rabbitmq, which keeps each request until its outcome is reported: leave it out, or give on`,
    ]);
  });

  it.each(['on', 'auto'])('--reports may be %s', (reports) => {
    expect(broker({ reports, queue: 'rabbitmq' })).toMatchObject({ reports });
  });

  it('keys for ZMQ are refused, as they would keep nobody out', () => {
    const keys = { curve_secret_key_file: 'key_secret', queue: 'rabbitmq' };
    const refused = (name: string) =>
      expect.stringMatching(`^--${name} makes no sense with --queue rabbitmq: .* amqps URL`);
    expect(problemsOf(() => broker({ ...keys, curve_allowed_keys: 'allowed' }))).toEqual([
      refused('curve_secret_key_file'),
      refused('curve_allowed_keys'),
    ]);
    expect(problemsOf(() => writer({ ...keys, curve_server_key_file: 'broker.key' }))).toEqual([
      refused('curve_secret_key_file'),
      refused('curve_server_key_file'),
    ]);
  });
});
