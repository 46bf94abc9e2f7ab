import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FACILITY_BEAMLINES } from './beamline-networks.js';
import { BrokerSettings } from './broker-settings.js';
import { InvalidSettings } from './errors.js';
import { loadSettings, type SettingSources } from './load-settings.js';
import { settingsOf } from './setting.js';
import { SimulatorSettings } from './simulator-settings.js';
import { JobSettings, WriterSettings } from './writer-settings.js';

function load(sources: Partial<SettingSources>) {
  return loadSettings(BrokerSettings, { flags: {}, environment: {}, ...sources });
}

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidSettings);
    return (error as InvalidSettings).problems;
  }
  throw new Error('nothing was wrong');
}

function configFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  writeFileSync(path, content);
  return path;
}

describe('loadSettings', () => {
  it('has the documented defaults of the broker', () => {
    expect(load({})).toEqual({
      calls_per_second: 1000,
      page: 'full',
      output_port: 12500,
      output_host: '*',
      report_port: undefined,
      reports: 'auto',
      shutdown_grace: 20,
      lease: 30,
      heal_for: 86_400,
      stall_after: 600,
      queue: 'zmq',
      queue_length: 100,
      rabbitmq_url: ['amqp://127.0.0.1'],
      rabbitmq_prefix: 'sf_databuffer',
      recover_all: false,
      rest_host: '127.0.0.1',
      rest_port: 10002,
      audit_file: '/var/log/sf_databuffer_audit.log',
      audit_trail_only: false,
      epics_writer_url: undefined,
      output_root: ['/sf', resolve('data')],
      log_level: 'INFO',
      log_format: 'text',
      channels_file: undefined,
      beamlines: [...FACILITY_BEAMLINES],
      pgroup_root: '/sf/{beamline}/data/{pgroup}/raw',
      run_layout: 'run',
      longest_retrieval: 60_001,
    });
  });

  it.each([
    [{}, 0],
    [{ data_api_protocol: 'binary' }, 0],
    [{ data_api_protocol: 'api4' }, 60],
    [{ data_api_protocol: 'api4', data_wait: '0' }, 0],
    [{ data_api_protocol: 'json', data_wait: '5' }, 5],
  ])('waits for late data as long as the protocol has it: %j', (flags, wait) => {
    const required = { data_api_url: 'http://host/api/4' };
    const sources = { flags: { ...required, ...flags }, environment: {} };
    expect(loadSettings(JobSettings, sources).data_wait).toBe(wait);
  });

  it('takes flag before environment before file before default', () => {
    const config = configFile(
      '{"rest_port": 1, "output-port": 1, "queue_length": 1, "rest_host": "::1"}',
    );
    const settings = load({
      flags: { config, rest_port: '3' },
      environment: { SF_DATABUFFER_REST_PORT: '2', SF_DATABUFFER_OUTPUT_PORT: '2' },
    });
    expect(settings).toMatchObject({
      rest_port: 3,
      output_port: 2,
      queue_length: 1,
      rest_host: '::1',
      audit_trail_only: false,
    });
  });

  it('takes an empty text as none, from every source', () => {
    const config = configFile('{"report_port": ""}');
    const defaults = { report_port: 12600 };
    for (const sources of [
      { flags: { report_port: '' } },
      { environment: { SF_DATABUFFER_REPORT_PORT: '' } },
      { flags: { config } },
    ]) {
      expect(load({ ...sources, defaults }).report_port).toBeUndefined();
    }
  });

  it('reads switches and lists as text or as JSON', () => {
    const config = configFile('{"audit_trail_only": true, "output_root": ["/a", "/b"]}');
    expect(load({ flags: { config } })).toMatchObject({
      audit_trail_only: true,
      output_root: ['/a', '/b'],
    });
    const environment = {
      SF_DATABUFFER_AUDIT_TRAIL_ONLY: 'off',
      SF_DATABUFFER_OUTPUT_ROOT: '/c:/d',
    };
    expect(load({ flags: { config }, environment })).toMatchObject({
      audit_trail_only: false,
      output_root: ['/c', '/d'],
    });
  });

  it('makes paths absolute, wherever they come from', () => {
    const config = configFile('{"output_root": ["data", "/sf"]}');
    const environment = { SF_DATABUFFER_CHANNELS_FILE: 'channels.txt' };
    const settings = load({ flags: { config, audit_file: '../audit.log' }, environment });
    expect(settings).toMatchObject({
      output_root: [resolve('data'), '/sf'],
      channels_file: resolve('channels.txt'),
      audit_file: resolve('../audit.log'),
    });
    const defaults = { audit_file: './data/audit.log' };
    expect(load({ defaults })).toMatchObject({ audit_file: resolve('data/audit.log') });
  });

  it.each([
    ['a broker', BrokerSettings],
    ['a writer', WriterSettings],
  ])('leaves no path of %s relative', (_service, settingsClass) => {
    const paths = settingsOf(settingsClass).filter(({ value }) =>
      ['file', 'folder'].includes(value ?? ''),
    );
    const flags = Object.fromEntries(paths.map(({ name }) => [name, 'some/where']));
    const required = { data_api_url: 'http://data/query', stream_address: 'tcp://broker:1' };
    const settings = loadSettings<object>(settingsClass, {
      flags: { ...flags, ...(settingsClass === WriterSettings && required) },
      environment: {},
    }) as Record<string, string | string[]>;
    for (const { name } of paths) {
      expect([name, settings[name]].flat()).toEqual([name, resolve('some/where')]);
    }
  });

  it('reads addresses separated by commas, repeated, from every source', () => {
    const config = configFile('{"allow_from": ["10.0.0.0/8", "::1"]}');
    const environment = { SF_DATABUFFER_ALLOW_FROM: '192.168.1.7, fd00::/8,' };
    expect(load({ flags: { config } }).allow_from).toEqual(['10.0.0.0/8', '::1']);
    expect(load({ environment }).allow_from).toEqual(['192.168.1.7', 'fd00::/8']);
    const flags = { config, allow_from: ['::1', '10.1.1.1,10.2.0.0/16'] };
    expect(load({ flags, environment }).allow_from).toEqual(['::1', '10.1.1.1', '10.2.0.0/16']);
    expect(load({}).allow_from).toBeUndefined();
    expect(load({ flags: { allow_from: [''] }, environment }).allow_from).toBeUndefined();
  });

  it('refuses what is no address, and a list that lists nothing', () => {
    const environment = { SF_DATABUFFER_ALLOW_FROM: '10.0.0.0/33,::1,lab' };
    expect(problemsOf(() => load({ environment }))).toEqual([
      "SF_DATABUFFER_ALLOW_FROM contains '10.0.0.0/33', 'lab': give addresses and CIDR ranges, e.g. 10.0.0.0/8,::1",
    ]);
    const problems = problemsOf(() => load({ flags: { allow_from: [','] } }));
    expect(problems).toEqual(['--allow_from lists nothing']);
  });

  it('wants CURVE keys and the keys that are allowed together', () => {
    expect(problemsOf(() => load({ flags: { curve_secret_key_file: 'k' } }))).toEqual([
      '--curve_secret_key_file needs --curve_allowed_keys as well',
    ]);
  });

  it('names everything that is wrong or unknown at once, with where it came from', () => {
    const config = configFile('{"output_port": 70000, "colour": "red", "rest_host": 5}');
    const problems = problemsOf(() =>
      load({
        flags: { config, rest_port: 'ten', log_level: 'LOUD' },
        environment: {
          SF_DATABUFFER_QUEUE_LENGTH: '0',
          SF_DATABUFFER_QUEUES: '5',
          SF_DATABUFFER_AUDIT_TRAIL_ONLY: 'perhaps',
        },
      }),
    );
    expect(problems).toHaveLength(8);
    const text = problems.join('\n');
    expect(text).toContain("--rest_port needs an integer, not 'ten'");
    expect(text).toContain('--log_level must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL');
    expect(text).toContain('SF_DATABUFFER_QUEUE_LENGTH must be 1 at least');
    expect(text).toContain('SF_DATABUFFER_QUEUES is not a setting');
    expect(text).toContain("SF_DATABUFFER_AUDIT_TRAIL_ONLY needs true or false, not 'perhaps'");
    expect(text).toContain(`output_port in ${config} must be a TCP port`);
    expect(text).toContain(`colour in ${config} is not a setting`);
    expect(text).toContain(`rest_host in ${config} needs a text`);
  });

  it('passes over what only other commands know', () => {
    const sources = {
      environment: { SF_DATABUFFER_CONCURRENCY: '4' },
      knownElsewhere: new Set(['concurrency']),
    };
    expect(load(sources)).toMatchObject({ rest_port: 10002 });
  });

  it.each([
    ['not JSON', '{', "can't be read"],
    ['a list', '[]', 'must contain a JSON object'],
  ])('says that a file is %s', (_what, content, words) => {
    const config = configFile(content);
    expect(problemsOf(() => load({ flags: { config } }))).toEqual([
      expect.stringContaining(`--config ${config} ${words}`),
    ]);
  });

  it('says that a file is missing', () => {
    const config = join(tmpdir(), 'no-such-file.json');
    expect(problemsOf(() => load({ flags: { config } }))).toEqual([
      `--config ${config} can't be read: it does not exist`,
    ]);
  });

  it('names what was likely meant by what is not a setting', () => {
    const config = configFile('{"rest_prt": 1, "queue-lenght": 1}');
    const environment = { SF_DATABUFFER_OUTPTU_ROOT: '/sf', SF_DATABUFFER_DATA_API_U: 'x' };
    const knownElsewhere = new Set(['data_api_url']);
    expect(problemsOf(() => load({ flags: { config }, environment, knownElsewhere }))).toEqual([
      'SF_DATABUFFER_OUTPTU_ROOT is not a setting: did you mean SF_DATABUFFER_OUTPUT_ROOT?',
      'SF_DATABUFFER_DATA_API_U is not a setting: did you mean SF_DATABUFFER_DATA_API_URL?',
      `rest_prt in ${config} is not a setting: did you mean rest_port?`,
      `queue-lenght in ${config} is not a setting: did you mean queue_length?`,
    ]);
  });

  it('lets a command replace defaults, below every other source', () => {
    const defaults = { output_host: '127.0.0.1', rest_port: 0 };
    expect(load({ defaults, environment: { SF_DATABUFFER_REST_PORT: '7' } })).toMatchObject({
      output_host: '127.0.0.1',
      rest_port: 7,
    });
  });

  it('requires what a writer needs and takes its positional settings', () => {
    const problems = problemsOf(() =>
      loadSettings(WriterSettings, { flags: { user_id: 'root' }, environment: {} }),
    );
    expect(problems.map((problem) => problem.split(' ', 1)[0]).sort()).toEqual([
      '--data_api_url',
      'stream_address',
      'user_id',
    ]);
    const settings = loadSettings(WriterSettings, {
      flags: {
        stream_address: 'tcp://127.0.0.1:12500',
        user_id: '-1',
        data_api_url: 'http://localhost:8080/query',
      },
      environment: {},
    });
    expect(settings).toMatchObject({ user_id: -1, retries: 5, concurrency: 2 });
    expect(settings).toMatchObject({ data_api_protocol: 'json', image_api_url: undefined });
  });

  it('knows where cameras come from, and how', () => {
    const flags = { data_api_url: 'http://data/query', image_api_url: 'http://images:8380/api/1' };
    const environment = { SF_DATABUFFER_DATA_API_PROTOCOL: 'binary' };
    expect(loadSettings(JobSettings, { flags, environment })).toMatchObject({
      ...flags,
      data_api_protocol: 'binary',
    });
    const problems = problemsOf(() =>
      loadSettings(JobSettings, {
        flags: { ...flags, image_api_url: 'images', data_api_protocol: 'xml' },
        environment: {},
      }),
    );
    expect(problems).toEqual([
      '--data_api_protocol must be json, binary or api4',
      '--image_api_url must be an http URL, or empty',
    ]);
  });

  it('knows what the file shall be like, and the memory for it', () => {
    const load = (flags: Record<string, unknown>, environment: Record<string, string> = {}) =>
      loadSettings(JobSettings, {
        flags: { data_api_url: 'http://data/query', ...flags },
        environment,
      });
    expect(load({})).toMatchObject({ memory_budget: 48, compression: 'none', plain_images: false });
    const config = configFile('{"plain_images": true, "memory_budget": 200}');
    const environment = { SF_DATABUFFER_COMPRESSION: 'gzip:9' };
    expect(load({ config, memory_budget: '1' }, environment)).toMatchObject({
      memory_budget: 1,
      compression: 'gzip:9',
      plain_images: true,
    });
    expect(load({ compression: '' }).compression).toBeUndefined();
    for (const compression of ['gzip', 'gzip:0', 'gzip:10', 'lzf', 'gzip:4 ']) {
      expect(problemsOf(() => load({ compression }))).toEqual([
        '--compression must be none, or gzip: and a level from 1 to 9, e.g. gzip:4',
      ]);
    }
    expect(problemsOf(() => load({ memory_budget: '0' }))).toEqual([
      '--memory_budget must be 1 at least: it is in MB',
    ]);
    expect(problemsOf(() => load({ memory_budget: '48000000' }))).toEqual([
      '--memory_budget must be 1000000 at most: it is in MB',
    ]);
  });

  it.each([
    ['lease', 'soon', "needs a number, not 'soon'"],
    ['lease', '0.05', 'must be 0.1 at least'],
    ['shutdown_grace', '-1', 'must not be negative'],
    ['shutdown_grace', '1e999', 'must be a number of seconds'],
  ])('takes %s as seconds, but not %s', (name, value, problem) => {
    expect(problemsOf(() => load({ flags: { [name]: value } }))).toEqual([`--${name} ${problem}`]);
  });

  it.each([
    ['audit_trail_only', 'must be true or false'],
    ['queue_length', 'must be an integer'],
    ['lease', 'must be a number of seconds'],
    ['rest_host', 'must be an address'],
    ['reports', 'must be auto, on, mixed or off'],
  ])('does not take an empty text for %s', (name, problem) => {
    expect(problemsOf(() => load({ flags: { [name]: '' } }))).toEqual([`--${name} ${problem}`]);
  });

  it('freezes the result', () => {
    const settings = loadSettings(SimulatorSettings, { flags: {}, environment: {} });
    expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError);
  });
});

describe('the variables that Kubernetes has for Services', () => {
  const OF_A_SERVICE = {
    SF_DATABUFFER_SERVICE_HOST: '10.96.0.7',
    SF_DATABUFFER_SERVICE_PORT: '10002',
    SF_DATABUFFER_SERVICE_PORT_REST: '10002',
    SF_DATABUFFER_PORT: 'tcp://10.96.0.7:10002',
    SF_DATABUFFER_PORT_10002_TCP: 'tcp://10.96.0.7:10002',
    SF_DATABUFFER_PORT_10002_TCP_PROTO: 'tcp',
    SF_DATABUFFER_PORT_10002_TCP_PORT: '10002',
    SF_DATABUFFER_PORT_10002_TCP_ADDR: '10.96.0.7',
    SF_DATABUFFER_PORT_53_UDP_ADDR: '10.96.0.7',
  };

  it.each([BrokerSettings, SimulatorSettings])('are passed over by %o', (settingsClass) => {
    const flags = {};
    const environment = { ...OF_A_SERVICE, SF_DATABUFFER_LOG_LEVEL: 'ERROR' };
    const settings = loadSettings<BrokerSettings | SimulatorSettings>(settingsClass, {
      flags,
      environment,
    });
    expect(settings).toMatchObject({ log_level: 'ERROR' });
    const udp = { ...environment, SF_DATABUFFER_PORT: 'udp://10.96.0.7:53' };
    loadSettings(SimulatorSettings, { flags, environment: udp });
  });

  it('are those of a Service whose port is called like a setting, too', () => {
    const environment = {
      SF_DATABUFFER_REST_SERVICE_HOST: '10.96.0.7',
      SF_DATABUFFER_REST_PORT: 'tcp://10.96.0.7:80',
      SF_DATABUFFER_BROKER_SERVICE_HOST: '10.96.0.8',
      SF_DATABUFFER_BROKER_PORT: 'tcp://10.96.0.8:80',
    };
    expect(load({ environment })).toMatchObject({ rest_port: 10002 });
  });

  it("leave --port to the simulator, and don't hide what is mistyped", () => {
    const simulator = (SF_DATABUFFER_PORT: string) =>
      loadSettings(SimulatorSettings, { flags: {}, environment: { SF_DATABUFFER_PORT } });
    expect(simulator('8081')).toMatchObject({ port: 8081 });
    expect(problemsOf(() => simulator('http://x'))).toHaveLength(1);
    const environment = {
      SF_DATABUFFER_SERVICE_HOSTS: 'x',
      SF_DATABUFFER_RESTPORT: '1',
      SF_DATABUFFER_REST_PORT: 'tcp://10.96.0.7:80',
      SF_DATABUFFER_SERVICE_PORTS: '1',
    };
    expect(problemsOf(() => load({ environment }))).toHaveLength(4);
  });
});

describe('a host', () => {
  it.each([
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['[::ffff:10.1.2.3]', '::ffff:10.1.2.3'],
    ['*', '*'],
    ['sf-daq-1.psi.ch', 'sf-daq-1.psi.ch'],
  ])('may be given as %s', (given, host) => {
    const flags = { output_host: given, rest_host: given };
    expect(load({ flags })).toMatchObject({ output_host: host, rest_host: host });
  });

  it.each(['http://localhost', '127.0.0.1:80', '[::1]:80', '::1::', 'a b', 'tcp://*'])(
    'is not %s',
    (output_host) => {
      const [problem, ...others] = problemsOf(() => load({ flags: { output_host } }));
      expect(problem).toMatch(/^--output_host needs a name or an address without scheme and port/);
      expect(others).toEqual([]);
    },
  );
});
