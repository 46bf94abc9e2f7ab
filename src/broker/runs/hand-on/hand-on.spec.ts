import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { valueIn } from '../../../monitoring/exposition.fixture.js';
import type { Plan } from '../../../runs/plan.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import { BreakableWay } from '../../../transport/rabbitmq/breakable-way.fixture.js';
import { BrokerFixture } from '../../broker.fixture.js';
import {
  FacilityListener,
  HAS_RABBITMQ,
  RABBITMQ,
  connectToRabbitmq,
} from '../../listeners/facility-listener.fixture.js';
import { FacilityWorker } from './facility-worker.fixture.js';
import { type HandedOn, HandOn } from './hand-on.js';

const RAW = '/sf/alvra/data/p12345/raw';
const RUN = `${RAW}/run0007-laser`;
const file = (kind: string) => ({
  kind,
  path: `${RUN}/data/acq0001.${kind}.h5`,
  logFile: `${RUN}/logs/acq0001.${kind}.log`,
});
const PLAN: Plan = {
  raw: RAW,
  runNumber: 7,
  acquisitionNumber: 1,
  uniqueAcquisitionNumber: 42,
  runFolder: RUN,
  metadataFile: `${RUN}/meta/acq0001.json`,
  scanStep: 0,
  files: ['PVDATA', 'BSDATA', 'JF01T03V01', 'JF02T01V02'].map(file),
  notWritten: {},
};
const METADATA = {
  'general/created': '2026-11-30 10:00:00.123000',
  'general/instrument': 'alvra',
  'general/process': 'sf_databuffer_writer.broker_manager',
  'general/user': '12345',
};
const NOTIFICATION = {
  range: { startPulseId: 999, endPulseId: 1101 },
  parameters: { ...METADATA, output_file: PLAN.files[0].path },
  channels: ['PV:A', 'PV:B'],
  retrieval_url: 'https://data-api.psi.ch/sf',
};

function retrieval(change: Partial<Retrieval> = {}): Retrieval {
  return {
    id: randomUUID(),
    beamline: 'alvra',
    pgroup: 'p12345',
    layout: 'run',
    startPulseId: 1000,
    stopPulseId: 1100,
    rateMultiplicator: 10,
    channels: ['A'],
    cameras: [],
    pvs: ['PV:A', 'PV:B'],
    detectors: { JF01T03V01: { adc_to_energy: true }, JF02T01V02: {} },
    taken: { pvs: true, detectors: true },
    body: {},
    requestTime: '2026-11-30 10:00:00.123000',
    ...change,
  };
}

let broker: BrokerFixture;

beforeEach(() => {
  broker = new BrokerFixture();
});
afterEach(() => broker.remove());

const handOn = () => broker.app.get(HandOn, { strict: false });
const send = (asked: Retrieval): Promise<HandedOn> => handOn().send(asked, PLAN);
const logged = (message: string) => broker.log.filter(({ msg }) => msg === message);

async function finding(): Promise<unknown> {
  const { json } = await broker.call('GET', '/health/ready');
  return (json.details as Record<string, unknown>).request_exchange;
}

describe.skipIf(!HAS_RABBITMQ)('with RabbitMQ (skipped where there is none)', () => {
  let worker: FacilityWorker;

  async function start(keys: readonly string[], settings: object = {}): Promise<void> {
    worker = await FacilityWorker.listen(keys);
    await broker.start({ request_exchange: worker.exchange, ...RABBITMQ, ...settings });
  }
  afterEach(() => worker.close());

  it('hands PVs and detectors on as the facility’s own broker does', async () => {
    await start(['epics_alvra', 'detector.*']);
    expect(handOn().takes()).toEqual({ pvs: true, detectors: true });
    expect(await send(retrieval({ selectedPulseIds: [1010, 1020] }))).toEqual({ notWritten: {} });
    await expect.poll(() => worker.got).toHaveLength(3);
    const [pvs, ...detectors] = worker.got.toSorted((one, other) =>
      other.routingKey.localeCompare(one.routingKey),
    );
    const ofFile = (kind: string) => ({
      start_pulse_id: 999,
      stop_pulse_id: 1101,
      output_file: file(kind).path,
      run_log_file: file(kind).logFile,
      metadata: METADATA,
      timestamp: expect.any(Number) as number,
    });
    expect(pvs.routingKey).toBe('epics_alvra');
    expect(pvs.body).toEqual({
      writer_type: 'epics_alvra',
      channels: ['PV:A', 'PV:B'],
      ...ofFile('PVDATA'),
    });
    expect(detectors.map(({ routingKey }) => routingKey)).toEqual([
      'detector.retrieve',
      'detector.retrieve',
    ]);
    const named = (name: string) =>
      detectors.find(({ body }) => (body.channels as Retrieval['body']).detector_name === name);
    expect(named('JF01T03V01')?.body).toEqual({
      writer_type: 'detector_buffer',
      channels: {
        det_start_pulse_id: 1000,
        det_stop_pulse_id: 1100,
        rate_multiplicator: 10,
        path_to_pgroup: `${RAW}/`,
        run_file_json: PLAN.metadataFile,
        run_info_directory: `${RUN}/logs`,
        directory_name: 'run0007-laser',
        request_time: METADATA['general/created'],
        beamline: 'alvra',
        pgroup: 'p12345',
        selected_pulse_ids: [1010, 1020],
        detector_name: 'JF01T03V01',
        detectors: { JF01T03V01: { adc_to_energy: true } },
      },
      ...ofFile('JF01T03V01'),
    });
    expect(named('JF02T01V02')?.body.channels).toMatchObject({ detectors: { JF02T01V02: {} } });
    // As pika sends it: nothing but these two, nanoseconds instead of seconds.
    const { correlationId, timestamp, headers, contentType, deliveryMode } = pvs.properties;
    expect(correlationId).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    expect(Number(timestamp) / 1e9).toBeCloseTo(pvs.body.timestamp as number, 3);
    expect([headers, contentType, deliveryMode]).toEqual([{}, undefined, undefined]);
    expect(new Set(worker.got.map(({ properties }) => properties.correlationId)).size).toBe(3);
    expect(await finding()).toMatchObject({ status: 'up', exchange: worker.exchange });
  });

  it('has the same ids where the same is asked again', async () => {
    await start(['#']);
    const asked = retrieval({ detectors: {} });
    await send(asked);
    await send(asked);
    await expect.poll(() => worker.got).toHaveLength(2);
    expect(new Set(worker.got.map(({ properties }) => properties.correlationId)).size).toBe(1);
  });

  it('names what nobody listens for, and counts it', async () => {
    await start(['epics_bernina']);
    const pv_list = ['PV:A', 'PV:B'];
    const detectors = ['JF01T03V01', 'JF02T01V02'];
    expect(await send(retrieval())).toEqual({ notWritten: { pv_list, detectors } });
    expect(logged('request could not be handed on')).toHaveLength(3);
    expect(logged('request could not be handed on')[0]).toMatchObject({
      level: 'ERROR',
      error: expect.stringMatching(/no program listens there/) as string,
      exchange: worker.exchange,
    });
    const { text } = await broker.call('GET', '/metrics');
    const value = (kind: string, result: string) =>
      valueIn(text, 'sf_databuffer_broker_requests_handed_on_total', { kind, result });
    expect([value('pvs', 'returned'), value('detector', 'returned')]).toEqual([1, 2]);
    expect([value('pvs', 'taken'), value('pedestal', 'taken')]).toEqual([0, 0]);
  });

  it('tells the EPICS writer of PVs that nobody listens for', async () => {
    await start(['detector.retrieve'], { epics_writer_url: 'http://127.0.0.1:9/notify' });
    const { notWritten, notification } = await send(retrieval());
    expect(notWritten).toEqual({});
    expect(notification).toEqual(NOTIFICATION);
  });

  it('announces to listeners what was handed on, and nothing else', async () => {
    const listener = await FacilityListener.listen();
    try {
      await start(['epics_alvra'], { status_exchange: listener.exchange });
      await send(retrieval());
      await expect.poll(() => worker.got).toHaveLength(1);
      await expect.poll(() => listener.heard).toHaveLength(1);
      const [{ headers, body, routingKey, properties }] = listener.heard;
      expect(routingKey).toBe('epics_alvra');
      expect(headers).toEqual({
        action: 'write_request',
        source: 'BrokerClient',
        routing_key: 'epics_alvra',
      });
      expect(body).toEqual(worker.got[0].body);
      expect(properties.correlationId).toBe(worker.got[0].properties.correlationId);
      expect(properties.timestamp).toEqual(worker.got[0].properties.timestamp);
    } finally {
      await listener.close();
    }
  });

  it('names what RabbitMQ does not confirm, without a second writer for it', async () => {
    const [url] = RABBITMQ.rabbitmq_url;
    const way = await BreakableWay.to(url);
    await way.open();
    const epics_writer_url = 'http://127.0.0.1:9/notify';
    await start(['#'], { rabbitmq_url: [way.url], epics_writer_url });
    await expect.poll(finding).toMatchObject({ status: 'up' });
    way.hold();
    const asked = retrieval({ detectors: {} });
    expect(await send(asked)).toEqual({ notWritten: { pv_list: asked.pvs } });
    expect(logged('request could not be handed on')[0].error).toMatch(/not confirm it within/);
    way.cut();
    await expect.poll(() => logged('hands on what others write')).toHaveLength(2);
    expect(await send(retrieval({ detectors: {} }))).toEqual({ notWritten: {} });
    await broker.stop();
    await way.close();
  }, 20_000);

  it('goes on by itself when the exchange was deleted', async () => {
    await start(['epics_alvra']);
    const { exchange } = worker;
    await worker.close();
    const { notWritten } = await send(retrieval({ detectors: {} }));
    expect(notWritten).toEqual({ pv_list: ['PV:A', 'PV:B'] });
    worker = await FacilityWorker.listen(['epics_alvra'], exchange);
    await expect.poll(finding, { timeout: 10_000 }).toMatchObject({ status: 'up' });
    expect(await send(retrieval({ detectors: {} }))).toEqual({ notWritten: {} });
  }, 20_000);
});

it.skipIf(!HAS_RABBITMQ)('says what to do where the exchange is of another kind', async () => {
  const exchange = `request-${randomUUID()}`;
  const connection = await connectToRabbitmq();
  const channel = await connection.createChannel();
  await channel.assertExchange(exchange, 'topic', { durable: true });
  try {
    await broker.start({ request_exchange: exchange, ...RABBITMQ });
    await expect.poll(finding).toMatchObject({
      status: 'degraded',
      message: expect.stringMatching(/PRECONDITION.*delete it there, or give --request_exchange/),
    });
    expect((await send(retrieval({ pvs: [] }))).notWritten).toHaveProperty('detectors');
  } finally {
    await channel.deleteExchange(exchange);
    await connection.close();
  }
});

it('holds nothing up where RabbitMQ is away', async () => {
  await broker.start({
    request_exchange: 'request',
    rabbitmq_url: ['amqp://user:secret@127.0.0.1:9'],
  });
  const { notWritten } = await send(retrieval());
  expect(notWritten).toEqual({
    pv_list: ['PV:A', 'PV:B'],
    detectors: ['JF01T03V01', 'JF02T01V02'],
  });
  expect(await finding()).toMatchObject({
    status: 'degraded',
    message: expect.stringMatching(/not handed on: .*ECONNREFUSED/),
  });
  expect(JSON.stringify(broker.log)).not.toContain('secret');
});

it('gives up where RabbitMQ takes the connection and says nothing', async () => {
  const silent = createServer((socket) => socket.on('error', () => 'it was cut').resume());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  await broker.start({ request_exchange: 'request', rabbitmq_url: [`amqp://127.0.0.1:${port}`] });
  expect((await send(retrieval())).notWritten).toHaveProperty('pv_list');
  await broker.stop();
  silent.close();
});

it.each([
  ['nothing', {}, false],
  ['PVs to the EPICS writer', { epics_writer_url: 'http://127.0.0.1:9/notify' }, true],
  [
    'nothing where nothing is sent',
    { epics_writer_url: 'http://127.0.0.1:9/notify', audit_trail_only: true },
    false,
  ],
])('takes without an exchange %s', async (_what, settings, pvs) => {
  await broker.start(settings);
  expect(handOn().takes()).toEqual({ pvs, detectors: false });
  const files = pvs ? PLAN.files.slice(0, 2) : [];
  const handedOn = await handOn().send(retrieval(), { ...PLAN, files });
  expect(handedOn).toEqual(
    pvs ? { notWritten: {}, notification: NOTIFICATION } : { notWritten: {} },
  );
});
