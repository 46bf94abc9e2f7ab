import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(() => broker.remove());

const CAMERA = 'SARES20-CAMS142-M5:FPICTURE';
const PAST = { ...PARAMETERS, start_pulse_id: 10, stop_pulse_id: 12 };
const post = (change: object = {}) =>
  broker.call('POST', '/acquisitions', { body: { ...PAST, ...change } });

it('records the requests of past pulses, and leaves the acquisition under way alone', async () => {
  await broker.call('POST', '/parameters', { body: PARAMETERS });
  await broker.call('PUT', '/start_pulse_id/1');
  const { status, json } = await post({ output_file: 'past.h5', channels: ['A', CAMERA] });
  expect(status).toBe(200);
  const recorded = broker.recorded();
  expect(recorded.map(outline)).toEqual([
    { file: join(broker.folder, 'past.h5'), channels: ['A'], pulses: [10, 12] },
    { file: join(broker.folder, 'past.IMAGES.h5'), channels: [CAMERA], pulses: [10, 12] },
  ]);
  expect(json).toEqual({
    state: 'ok',
    status: 'receiving',
    request_ids: recorded.map(({ request_id }) => request_id),
  });
  expect(JSON.parse(recorded[0].parameters)).not.toHaveProperty('start_pulse_id');
  await broker.call('PUT', '/stop_pulse_id/2');
  expect(outline(broker.recorded().at(-1)!)).toMatchObject({ pulses: [1, 2] });
});

it('names everything that is wrong at once, and records nothing', async () => {
  const { status, json } = await post({
    'general/user': 5,
    start_pulse_id: undefined,
    stop_pulse_id: -1,
  });
  expect(status).toBe(400);
  expect(json.message).toContain('general/user must be a text');
  expect(json.message).toContain('start_pulse_id is missing: give a pulse id');
  expect(json.message).toContain('stop_pulse_id must be an integer from 0 to');
  expect((await post({ stop_pulse_id: 9 })).json.message).toContain(
    'stop_pulse_id is lower than start pulse id 10: give 10 or more',
  );
  expect((await post({ output_file: '/etc/a.h5' })).status).toBe(400);
  expect(broker.recorded()).toEqual([]);
});

it('takes no call of another site', async () => {
  const headers = { Origin: 'http://a.example', 'Content-Type': 'application/json' };
  const body = JSON.stringify(PAST);
  expect((await broker.call('POST', '/acquisitions', { headers, body })).status).toBe(403);
});

it('records nothing twice where a caller asks again with its key, also after a restart', async () => {
  const key = '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55';
  const headers = { 'Idempotency-Key': key };
  const acquire = (change: object = {}) =>
    broker.call('POST', '/acquisitions', { headers, body: { ...PAST, ...change } });
  const both = { channels: ['A', CAMERA] };
  const [first, ...others] = await Promise.all([acquire(both), acquire(both)]);
  await broker.stop();
  await broker.start();
  others.push(await acquire(both));
  expect(first.status).toBe(200);
  expect(first.json.request_ids).toHaveLength(2);
  for (const { json, headers: of } of others) {
    expect(json).toEqual(first.json);
    expect(of['x-request-ids']).toBe(first.headers['x-request-ids']);
  }
  for (const other of [{ stop_pulse_id: 13 }, { channels: ['A'] }, { channels: [CAMERA] }]) {
    const { status, json } = await acquire({ ...both, ...other });
    expect(status).toBe(409);
    expect(json.message).toContain(key);
  }
  expect(broker.recorded().map(({ request_id }) => request_id)).toEqual(first.json.request_ids);
  headers['Idempotency-Key'] = 'a b';
  expect((await acquire()).json.message).toMatch(/Idempotency-Key must be 16 to 64/);
  headers['Idempotency-Key'] = `${key}-2`;
  expect((await acquire()).json.request_ids).not.toContain((first.json.request_ids as string[])[0]);
});
