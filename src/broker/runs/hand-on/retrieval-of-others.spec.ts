import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { HAS_RABBITMQ, RABBITMQ } from '../../listeners/facility-listener.fixture.js';
import { RunsBroker } from '../runs-broker.fixture.js';
import { FacilityWorker } from './facility-worker.fixture.js';

let broker: RunsBroker;

beforeEach(() => {
  broker = new RunsBroker();
});
afterEach(() => broker.remove());

const start = (settings: object) => broker.start({ detectors: ['simulator=JF01'], ...settings });
async function retrieve(change: object) {
  const { status, json } = await broker.retrieve({ channels_list: undefined, ...change });
  expect([status, json.status]).toEqual([200, 'ok']);
  return json as Record<string, unknown> & { readonly files: readonly string[] };
}
const metadata = () => broker.json('run0001/meta/acq0001.json');
const inRaw = (path: string) => join(broker.raw, path);

/** An EPICS writer, and what it is told: method and body. */
async function epicsWriter() {
  const told: [string | undefined, Record<string, unknown>][] = [];
  const server = createServer((call, reply) => {
    const chunks: Buffer[] = [];
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    call.on('end', () => {
      const body = JSON.parse(String(Buffer.concat(chunks))) as Record<string, unknown>;
      told.push([call.method, body]);
      reply.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
  return { url, told };
}

it('has the EPICS writer told of PVs once, also where the client calls again', async () => {
  const { url, told } = await epicsWriter();
  await start({ epics_writer_url: url });
  const asked = { pv_list: ['PV:A', 'PV:B'], rate_multiplicator: 10, detectors: { JF01: {} } };
  const reply = await retrieve(asked);
  expect(await retrieve(asked)).toEqual(reply);
  const file = inRaw('run0001/data/acq0001.PVDATA.h5');
  expect(reply.files).toEqual([file]);
  expect(reply.not_written).toEqual({ detectors: ['JF01'] });
  await expect.poll(() => told).toHaveLength(1);
  await retrieve({ ...asked, start_pulseid: 1001 });
  await expect.poll(() => told).toHaveLength(2);
  expect(told[0]).toEqual([
    'PUT',
    {
      range: { startPulseId: 999, endPulseId: 1099 },
      parameters: {
        'general/created': metadata().request_time,
        'general/user': '12345',
        'general/process': 'sf_databuffer_writer.broker_manager',
        'general/instrument': 'simulator',
        output_file: file,
      },
      channels: ['PV:A', 'PV:B'],
      retrieval_url: 'https://data-api.psi.ch/sf',
    },
  ]);
});

it('promises nothing that nobody takes', async () => {
  await start({});
  const reply = await retrieve({ pv_list: ['PV:A'], detectors: { JF01: {} } });
  const notWritten = { pv_list: ['PV:A'], detectors: ['JF01'] };
  expect([reply.files, reply.not_written]).toEqual([[], notWritten]);
  expect(metadata()).toMatchObject({ not_written: notWritten, pv_list: ['PV:A'] });
});

describe.skipIf(!HAS_RABBITMQ)('over the exchange (skipped without RabbitMQ)', () => {
  it('promises what was taken, and takes back what was not', async () => {
    const worker = await FacilityWorker.listen(['epics_simulator']);
    try {
      await start({ request_exchange: worker.exchange, ...RABBITMQ });
      const reply = await retrieve({ pv_list: ['PV:A'], detectors: { JF01: {} } });
      const file = inRaw('run0001/data/acq0001.PVDATA.h5');
      expect([reply.files, reply.not_written]).toEqual([[file], { detectors: ['JF01'] }]);
      expect(metadata()).toMatchObject({ files: [file], not_written: { detectors: ['JF01'] } });
      await expect.poll(() => worker.got).toHaveLength(1);
      expect(worker.got[0].body).toMatchObject({
        output_file: file,
        run_log_file: inRaw('run0001/logs/acq0001.PVDATA.log'),
      });
    } finally {
      await worker.close();
    }
  });

  it('gives detectors what the facility’s programs need to find the run', async () => {
    const worker = await FacilityWorker.listen(['#']);
    try {
      await start({ request_exchange: worker.exchange, run_layout: 'flat', ...RABBITMQ });
      await retrieve({ detectors: { JF01: {} }, directory_name: 'scan' });
      await expect.poll(() => worker.got).toHaveLength(1);
      expect(worker.got[0].body.channels).toMatchObject({
        directory_name: 'scan',
        path_to_pgroup: `${broker.raw}/`,
        run_file_json: inRaw('run_info/000000/run_000001.json'),
        run_info_directory: inRaw('run_info/000000'),
      });
    } finally {
      await worker.close();
    }
  });
});
