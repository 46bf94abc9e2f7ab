import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HAS_RABBITMQ, RABBITMQ } from '../../listeners/facility-listener.fixture.js';
import { RunsBroker } from '../runs-broker.fixture.js';
import { FacilityWorker } from '../hand-on/facility-worker.fixture.js';

let broker: RunsBroker;
let raw: string;

beforeEach(() => {
  broker = new RunsBroker();
  raw = broker.raw;
});
afterEach(() => broker.remove());

const start = (settings: object = {}) =>
  broker.start({
    beamlines: ['simulator=127.0.0.0/8', 'alvra=10.0.0.0/8'],
    detectors: ['simulator=JF01', 'alvra=JF06', 'simulator=JF02'],
    ...settings,
  });
const pedestal = (change: object = {}) =>
  broker.post('/take_pedestal', { pgroup: 'p12345', detectors: ['JF01'], ...change });

describe('the detectors of a beamline', () => {
  it('are those that the broker was told of', async () => {
    await start();
    const { status, json } = await broker.call('GET', '/get_allowed_detectors');
    expect([status, json]).toEqual([
      200,
      {
        status: 'ok',
        message: 'simulator has 2 detectors',
        detectors: ['JF01', 'JF02'],
        descriptions: ['', ''],
        visualisation_address: ['', ''],
      },
    ]);
    const listed = await broker.post('/get_allowed_detectors_list', {});
    expect(listed.json.detectors).toEqual(['JF01', 'JF02']);
  });

  it('are none without --detectors', async () => {
    await start({ detectors: undefined });
    const { json } = await broker.call('GET', '/get_allowed_detectors');
    expect(json).toMatchObject({ status: 'ok', detectors: [], descriptions: [] });
  });

  it('are not watched, and nothing is made up', async () => {
    await start();
    const { json } = await broker.call('GET', '/get_running_detectors');
    expect(json).toEqual({
      status: 'ok',
      message: expect.stringMatching(/does not watch/) as string,
      detectors: [],
      running_detectors: [],
      missing_detectors: [],
      limping_detectors: {},
    });
    const listed = await broker.call('GET', '/get_running_detectors_list');
    expect(listed.json).toMatchObject({ status: 'ok', detectors: [] });
  });

  it.each([
    'get_allowed_detectors',
    'get_allowed_detectors_list',
    'get_running_detectors',
    'get_running_detectors_list',
  ])('%s takes nothing, and calls from beamlines alone', async (name) => {
    await start({ beamlines: ['alvra=10.0.0.0/8'], detectors: undefined });
    expect((await broker.post(`/${name}`, { a: 1 })).json.exception).toBe('ValidationError');
    expect((await broker.call('GET', `/${name}`)).json.exception).toBe('ValueError');
  });
});

it.each([
  ['take_pedestal', { pgroup: 'p12345', detectors: ['JF01'] }],
  ['power_on_detector', { detector_name: 'JF01' }],
])('%s names the setting without an exchange', async (name, body) => {
  await start();
  const { status, json } = await broker.post(`/${name}`, body);
  expect([status, json.status, json.exception]).toEqual([200, 'error', 'RuntimeError']);
  expect(json.message).toMatch(/--request_exchange/);
  expect(readdirSync(raw)).toEqual([]);
});

it.each([
  ['of another beamline', { detectors: ['JF06'] }, /detectors names "JF06".*use JF01, JF02/],
  ['none', { detectors: [] }, /detectors are none/],
  ['none, as an object', { detectors: {} }, /detectors are none/],
  ['a text', { detectors: 'JF01' }, /detectors must be a list of names/],
  ['numbers', { detectors: [1] }, /detectors must be a list of names/],
  ['left out', { detectors: undefined }, /detectors is missing/],
  ['at a rate that there isn’t', { rate_multiplicator: 3 }, /rate_multiplicator must be one of/],
  ['in a strange mode', { pedestalmode: 'yes' }, /pedestalmode must be true or false/],
  ['of a pgroup that leads elsewhere', { pgroup: '../x' }, /pgroup is "\.\.\/x"/],
  ['of a pgroup that isn’t there', { pgroup: 'p1' }, /p1\/raw can't be opened/],
])('pedestals are refused: detectors %s', async (_what, change, problem) => {
  await start({ request_exchange: 'request', rabbitmq_url: ['amqp://127.0.0.1:9'] });
  const { status, json } = await pedestal(change);
  expect([status, json.status]).toEqual([200, 'error']);
  expect(json.message).toMatch(problem);
  expect(existsSync(join(raw, 'JF_pedestals'))).toBe(false);
});

it('pedestals of a closed pgroup are refused', async () => {
  mkdirSync(join(raw, 'run_info'), { recursive: true });
  writeFileSync(join(raw, 'run_info/CLOSED'), '');
  await start({ request_exchange: 'request', rabbitmq_url: ['amqp://127.0.0.1:9'] });
  expect((await pedestal()).json.message).toMatch(/closed for writing/);
});

it('a request for pedestals that nobody takes leaves nothing', async () => {
  await start({ request_exchange: 'request', rabbitmq_url: ['amqp://127.0.0.1:9'] });
  const { json } = await pedestal();
  expect(json).toMatchObject({ status: 'error', exception: 'RuntimeError' });
  expect(json.message).toMatch(/ECONNREFUSED/);
  expect(readdirSync(join(raw, 'JF_pedestals'))).toEqual([]);
});

describe.skipIf(!HAS_RABBITMQ)('over the exchange (skipped without RabbitMQ)', () => {
  let worker: FacilityWorker;

  beforeEach(async () => {
    worker = await FacilityWorker.listen(['detector.pedestal']);
    await start({ request_exchange: worker.exchange, ...RABBITMQ });
  });
  afterEach(() => worker.close());

  it('pedestals are asked for, and the request is in the pgroup’s folder', async () => {
    const { json } = await pedestal({ rate_multiplicator: 2, note: 'ä' });
    expect(json).toEqual({
      status: 'ok',
      message: 'pedestals of JF01 were asked for: they take 70 seconds',
    });
    await expect.poll(() => worker.got).toHaveLength(1);
    const [{ body, routingKey }] = worker.got;
    expect(routingKey).toBe('detector.pedestal');
    const folder = join(raw, 'JF_pedestals');
    const [file] = readdirSync(folder);
    expect(file).toMatch(/^\d{8}_\d{6}\.json$/);
    const prefix = join(folder, file.replace('.json', ''));
    expect(body).toEqual({
      writer_type: 'pedestal',
      channels: null,
      start_pulse_id: 0,
      stop_pulse_id: 100,
      output_file: null,
      run_log_file: `${prefix}.log`,
      metadata: null,
      timestamp: expect.any(Number) as number,
      detectors: ['JF01'],
      directory_name: 'JF_pedestals',
      output_file_prefix: prefix,
      path_to_pgroup: `${raw}/`,
      pedestalmode: false,
      rate_multiplicator: 2,
      request_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/) as string,
      run_file_json: `${prefix}.json`,
      run_info_directory: folder,
      run_log_level: 'INFO',
    });
    expect(readFileSync(`${prefix}.json`, 'utf8')).toBe(
      [
        '{',
        '    "beamline": "simulator",',
        '    "detectors": [',
        '        "JF01"',
        '    ],',
        '    "note": "\\u00e4",',
        '    "pgroup": "p12345",',
        '    "rate_multiplicator": 2,',
        `    "request_time": "${String(body.request_time)}"`,
        '}',
      ].join('\n'),
    );
  });

  it('several at once each have a name of their own, options by name', async () => {
    const detectors = { JF01: { gain: 1 }, JF02: {} };
    const replies = await Promise.all(Array.from({ length: 4 }, () => pedestal({ detectors })));
    expect(replies.map(({ json }) => json.status)).toEqual(Array.from({ length: 4 }, () => 'ok'));
    await expect.poll(() => worker.got).toHaveLength(4);
    expect(new Set(worker.got.map(({ body }) => body.output_file_prefix)).size).toBe(4);
    expect(worker.got[0].body.detectors).toEqual(detectors);
  });

  it('a detector is powered on', async () => {
    const { json } = await broker.post('/power_on_detector', { detector_name: 'JF02' });
    expect(json).toMatchObject({ status: 'ok', message: 'JF02 is being powered on' });
    await expect.poll(() => worker.got).toHaveLength(1);
    expect(worker.got[0].routingKey).toBe('detector.pedestal');
    expect(worker.got[0].body).toEqual({
      writer_type: 'detector_power_on',
      channels: null,
      detector_name: 'JF02',
      beamline: 'simulator',
    });
  });

  it('a detector of another beamline is not', async () => {
    const { json } = await broker.post('/power_on_detector', { detector_name: 'JF06' });
    expect(json).toMatchObject({ status: 'error', exception: 'ValidationError' });
    expect(json.message).toMatch(/detector_name names "JF06"/);
  });
});
