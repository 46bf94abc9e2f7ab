import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerClient, brokerClient } from '../clients/typescript/client.js';
import { Beamline } from './support/beamline.js';
import { parametersFor } from './support/detector.js';
import { valuesOf } from './support/hdf5.js';
import { poll } from './support/poll.js';

let beamline: Beamline;
let client: BrokerClient;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await Promise.all([beamline.broker(), beamline.writer()]);
  client = brokerClient(beamline.url);
});

afterAll(() => beamline.clear());

const pulse = (pulse_id: number) => ({ params: { path: { pulse_id } } });

describe('the TypeScript client', () => {
  it('drives an acquisition, from its parameters to what became of it', async () => {
    const file = beamline.file('client.h5');
    const body = { ...parametersFor(file), channels: ['SIMULATOR-PULSE-ID'] };
    const posted = await client.POST('/parameters', { body });
    expect(posted.data).toEqual({ state: 'ok', status: 'configured', parameters: body });
    const started = await client.PUT('/start_pulse_id/{pulse_id}', pulse(1000));
    expect(started.error).toBeUndefined();
    expect((await client.GET('/status')).data?.status).toBe('receiving');
    const stopped = await client.PUT('/stop_pulse_id/{pulse_id}', pulse(1004));
    expect(stopped.error).toBeUndefined();

    const written = await poll(async () => {
      const { data } = await client.GET('/requests', { params: { query: { state: 'written' } } });
      return data?.requests[0];
    });
    expect(written).toMatchObject({ output_file: file, rows: 5, stop_pulse_id: 1004 });
    const { request_id } = written;
    const whole = await client.GET('/requests/{request_id}', { params: { path: { request_id } } });
    expect(whole.data?.request.history.at(-1)?.state).toBe('written');
    expect(whole.data?.request.report?.channels).toMatchObject([
      { name: 'SIMULATOR-PULSE-ID', rows: 5 },
    ]);
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toHaveLength(5);
  });

  it('has the reason where a call is refused', async () => {
    await client.PUT('/start_pulse_id/{pulse_id}', pulse(10));
    const { data, error, response } = await client.PUT('/stop_pulse_id/{pulse_id}', pulse(9));
    expect(data).toBeUndefined();
    expect(response.status).toBe(409);
    expect(error).toMatchObject({
      state: 'error',
      message: expect.stringContaining('no parameters were posted'),
    });
  });
});
