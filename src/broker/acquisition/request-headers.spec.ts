import { afterAll, beforeAll, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS, type Reply } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeAll(async () => {
  broker = await new BrokerFixture().start();
});

afterAll(() => broker.remove());

const CAMERA = 'SARES20-CAMS142-M5:FPICTURE';
const post = (body: object) => broker.call('POST', '/parameters', { body });
const put = (call: string) => broker.call('PUT', `/${call}`);
const recordedIds = () => broker.recorded().map(({ request_id }) => request_id!);
const namesNothing = { location: undefined, 'x-request-ids': undefined };

const named = ({ headers }: Reply) => ({
  location: headers.location,
  'x-request-ids': headers['x-request-ids'],
});
const naming = (...ids: string[]) => ({
  location: `/requests/${ids[0]}`,
  'x-request-ids': ids.join(','),
});

it('a stop names the requests that it made, beside an empty body', async () => {
  await post({ ...PARAMETERS, channels: ['A', CAMERA] });
  await put('start_pulse_id/1');
  const stopped = await put('stop_pulse_id/2');
  expect(stopped).toMatchObject({ status: 200, text: '' });
  expect(stopped.headers['content-length']).toBe('0');
  expect(stopped.headers).not.toHaveProperty('content-type');
  expect(named(stopped)).toEqual(naming(...recordedIds()));
  expect(recordedIds()).toHaveLength(2);
  const found = await broker.call('GET', stopped.headers.location!);
  expect(found.json.request).toMatchObject({ request_id: recordedIds()[0], stop_pulse_id: 2 });
});

it('a stop without effect names none, nor does one that is refused', async () => {
  expect(named(await put('stop_pulse_id/2'))).toEqual(namesNothing);
  await put('start_pulse_id/5');
  const refused = await put('stop_pulse_id/6');
  expect(refused.status).toBe(409);
  expect(named(refused)).toEqual(namesNothing);
});

it('past pulses, a late stop and a request that is submitted name theirs', async () => {
  const before = recordedIds().length;
  const made = () => recordedIds().slice(before);
  const body = { ...PARAMETERS, start_pulse_id: 1, stop_pulse_id: 2 };
  const past = await broker.call('POST', '/acquisitions', { body });
  expect(named(past)).toEqual(naming(...made()));
  expect(past.json.request_ids).toEqual(made());

  await post(PARAMETERS);
  await put('start_pulse_id/7');
  await broker.call('GET', '/stop');
  const { json } = await broker.call('GET', '/acquisitions?limit=1');
  const [{ id }] = json.acquisitions as { id: string }[];
  const path = `/acquisitions/${id}/complete`;
  const late = await broker.call('POST', path, { body: { stop_pulse_id: 8 } });
  expect(named(late)).toEqual(naming(id));

  const key = '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55';
  const [line] = broker.recorded();
  const submit = { headers: { 'Idempotency-Key': key }, body: line };
  for (const again of [false, true]) {
    const reply = await broker.call('POST', '/requests', submit);
    expect({ again, ...named(reply) }).toEqual({ again, ...naming(key) });
  }
  expect(made()).toHaveLength(3);
});
