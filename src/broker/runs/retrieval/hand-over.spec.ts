import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HAS_RABBITMQ, RABBITMQ } from '../../listeners/facility-listener.fixture.js';
import { FacilityWorker } from '../hand-on/facility-worker.fixture.js';
import { RunsBroker } from '../runs-broker.fixture.js';

const PVS = { pv_list: ['PV:A', 'PV:B'], rate_multiplicator: 10, stop_pulseid: 1100 };

let broker: RunsBroker;

beforeEach(() => {
  broker = new RunsBroker();
});
afterEach(() => broker.remove());

describe('PVs, with an EPICS writer', () => {
  let writer: Server;
  let puts: Record<string, unknown>[];
  let url: string;

  beforeEach(async () => {
    puts = [];
    writer = createServer();
    writer.on('request', (request: IncomingMessage, response: ServerResponse) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (part: string) => (body += part));
      request.on('end', () => {
        puts.push(JSON.parse(body) as Record<string, unknown>);
        response.end();
      });
    });
    await once(writer.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(writer.address() as AddressInfo).port}/notify`;
  });
  afterEach(() => writer.close().closeAllConnections());

  it('are promised, and it is told of them once', async () => {
    await broker.start({ epics_writer_url: url });
    const { json } = await broker.retrieve(PVS);
    expect((await broker.retrieve(PVS)).json).toEqual(json);
    const [file] = json.files as string[];
    expect(json).not.toHaveProperty('not_written');
    expect(file).toBe(join(broker.raw, 'run0001/data/acq0001.PVDATA.h5'));
    await expect.poll(() => puts).toHaveLength(1);
    expect(puts[0]).toMatchObject({
      range: { startPulseId: 999, endPulseId: 1101 },
      parameters: { output_file: file, 'general/user': '12345' },
      channels: PVS.pv_list,
    });
    // Calls of one broker are told in their order.
    await broker.retrieve({ ...PVS, start_pulseid: 1001 });
    await expect.poll(() => puts).toHaveLength(2);
    expect(puts[1]).toMatchObject({ range: { startPulseId: 1001 } });
  });

  it('are told by the next broker, where the first ended before it replied', async () => {
    await broker.start({ epics_writer_url: url });
    await broker.retrieve(PVS);
    await expect.poll(() => puts).toHaveLength(1);
    await broker.stop();
    const lines = readFileSync(`${broker.trailFile}.retrievals`, 'utf8').split('\n').slice(0, 2);
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
      'intent',
      'handed_on',
    ]);
    writeFileSync(`${broker.trailFile}.retrievals`, `${lines.join('\n')}\n`);
    rmSync(broker.trailFile);
    await broker.start({ epics_writer_url: url });
    await expect.poll(() => puts).toHaveLength(2);
    expect(puts[1]).toEqual(puts[0]);
  });
});

describe.skipIf(!HAS_RABBITMQ)(
  'what others write, with RabbitMQ (skipped where there is none)',
  () => {
    let worker: FacilityWorker;
    const ASKED = { pv_list: ['PV:A'], detectors: { JF01T03V01: {}, JF02T01V02: {} } };

    afterEach(() => worker.close());

    it('is with them before the reply', async () => {
      worker = await FacilityWorker.listen(['epics_simulator', 'detector.retrieve']);
      await broker.start({ request_exchange: worker.exchange, ...RABBITMQ });
      const { json } = await broker.retrieve(ASKED);
      expect(json).not.toHaveProperty('not_written');
      expect((json.files as string[]).map((file) => file.split('.').at(-2))).toEqual([
        'PVDATA',
        'BSDATA',
        'JF01T03V01',
        'JF02T01V02',
      ]);
      await expect.poll(() => worker.got).toHaveLength(3);
      expect(worker.got.map(({ body }) => body.output_file as string).toSorted()).toEqual(
        (json.files as string[]).filter((file) => !file.includes('BSDATA')).toSorted(),
      );
    });

    it('is not promised where nobody listens: neither in the reply nor on disk', async () => {
      worker = await FacilityWorker.listen(['detector.retrieve']);
      await broker.start({ request_exchange: worker.exchange, ...RABBITMQ });
      const { json } = await broker.retrieve(ASKED);
      expect(json).toMatchObject({ status: 'ok', not_written: { pv_list: ['PV:A'] } });
      expect(json.files).toHaveLength(3);
      const metadata = broker.json('run0001/meta/acq0001.json');
      expect(metadata).toMatchObject({ not_written: json.not_written, files: json.files });
      expect(broker.json('run0001/meta/scan.json').scan_files).toEqual([json.files]);
      expect((await broker.retrieve(ASKED)).json).toEqual(json);
    });
  },
);
