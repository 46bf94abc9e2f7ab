import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FacilityListener,
  HAS_RABBITMQ,
  RABBITMQ,
} from '../src/broker/listeners/facility-listener.fixture.js';
import { Beamline } from './support/beamline.js';
import { acquire, parametersFor } from './support/detector.js';

let beamline: Beamline;
let listener: FacilityListener;

describe.skipIf(!HAS_RABBITMQ)('the facility’s listeners (skipped without RabbitMQ)', () => {
  beforeAll(async () => {
    beamline = await Beamline.prepare();
    listener = await FacilityListener.listen();
    await beamline.writer();
    const broker = await beamline.broker(
      ...['--status_exchange', listener.exchange],
      ...['--rabbitmq_url', RABBITMQ.rabbitmq_url[0]],
    );
    await broker.logged('tells listeners');
  });
  afterAll(async () => {
    await listener?.close();
    await beamline?.clear();
  });

  it('see both files of an acquisition announced, started and finished', async () => {
    const file = beamline.file('run.h5');
    const images = beamline.file('run.IMAGES.h5');
    const channels = ['SIMULATOR-PULSE-ID', 'SIMULATOR-CAMERA-SMALL:FPICTURE'];
    await acquire(beamline.url, parametersFor(file, channels), 1000, 1009);
    for (const each of [file, images]) {
      await expect
        .poll(() => listener.actionsFor(each), { timeout: 30_000 })
        .toEqual(['write_request', 'write_start', 'write_finished']);
    }
    expect([...listener.places.values()]).toEqual(['success', 'success']);
    expect(listener.ghosts).toEqual([]);
    const of = (name: string) => listener.heard.filter(({ body }) => body.output_file === name);
    expect(of(file)[0].body).toEqual({
      writer_type: 'data3buffer',
      channels: ['SIMULATOR-PULSE-ID'],
      start_pulse_id: 1000,
      stop_pulse_id: 1009,
      output_file: file,
      run_log_file: null,
      metadata: {
        'general/created': '2026-11-24 10:00:00',
        'general/user': 'p12345',
        'general/process': 'test',
        'general/instrument': 'SARES20',
      },
      timestamp: expect.any(Number),
    });
    expect(of(images)[0].body).toMatchObject({ writer_type: 'imagebuffer' });
    expect(of(file).map(({ routingKey, headers }) => ({ routingKey, headers }))).toEqual([
      {
        routingKey: 'bs.*',
        headers: { action: 'write_request', source: 'BrokerClient', routing_key: 'bs.*' },
      },
      ...['write_start', 'write_finished'].map((action) => ({
        routingKey: '',
        headers: { action, source: 'sf_daq_writer', routing_key: '*', file, message: null },
      })),
    ]);
    const { timestamp, contentType, deliveryMode } = of(file)[0].properties;
    expect(Number(timestamp) / 1e9).toBeCloseTo(of(file)[0].body.timestamp as number, 5);
    expect({ contentType, isPersistent: deliveryMode === 2 }).toEqual({ isPersistent: false });
  });

  it('see why one failed', async () => {
    const file = beamline.file('failing.h5');
    await acquire(beamline.url, parametersFor(file, ['SIMULATOR-FAULT-HTTP-400-9']), 1, 10);
    await expect
      .poll(() => listener.actionsFor(file), { timeout: 30_000 })
      .toEqual(['write_request', 'write_start', 'write_rejected']);
    const { key, headers } = listener.heard.at(-1)!;
    expect(headers.message).toMatch(/\w+ \w+/);
    expect(listener.places.get(key)).toBe('failure');
    expect(listener.ghosts).toEqual([]);
  });
});
