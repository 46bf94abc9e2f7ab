import { randomUUID } from 'node:crypto';
import { Push } from 'zeromq';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownFrames } from '../../transport/own-messages.fixture.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;
let push: Push;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
  push = new Push({ linger: 0 });
  push.connect(broker.reports);
});

afterEach(async () => {
  push.close();
  await broker.remove();
});

const hello = (writer_id: string, held: object[] = []) =>
  JSON.stringify({
    kind: 'hello',
    ...{ writer_id, version: '9', host: 'h', pid: 1, started: 1, concurrency: 1, heartbeat: 5 },
    held,
  });

async function send(write_report: string): Promise<void> {
  await push.send(ownFrames('write_report', { write_report }));
}

const writers = async () => (await broker.statistics()).writers as { writer_id: string }[];
const logged = (text: string) => broker.log.filter(({ msg }) => String(msg).includes(text));

it('hellos of thousands fill neither log nor memory, and a writer stays known', async () => {
  const writer = await ReportingWriter.connect(broker);
  await writer.present('heartbeat');
  for (let n = 0; n < 3000; n++) await send(hello(randomUUID()));
  await send(hello('the last one'));
  await expect
    .poll(async () => (await writers()).map(({ writer_id }) => writer_id), { timeout: 20_000 })
    .toContain('the last one');
  const known = await writers();
  expect(known).toHaveLength(1000);
  expect(known.map(({ writer_id }) => writer_id)).toContain(writer.id);
  expect(logged('writer reports').length).toBeLessThanOrEqual(100);
  await writer.kill();
});

it('messages that are not reports are counted, and logged a few times', async () => {
  for (let n = 0; n < 500; n++) await send('{"kind":"noise"}');
  for (let n = 0; n < 500; n++) await push.send('noise');
  await send(hello('the last one'));
  await expect.poll(async () => (await writers()).length, { timeout: 20_000 }).toBe(1);
  expect(logged('report not understood')).toHaveLength(100);
  expect(logged('is not a report')).toHaveLength(20);
});

it('a list of 50,000 held requests is taken, as writers of before send it', async () => {
  const id = await broker.acquire('a.h5');
  const taker = await ReportingWriter.connect(broker);
  const { attempt } = await taker.next();
  const held = { attempt, state: 'writing', bytes: 1, rows: 1, tries: 1 };
  const others = Array.from({ length: 50_000 }, (_, n) => ({ ...held, request_id: `other-${n}` }));
  await send(hello('old writer', [...others, { ...held, request_id: id }]));
  const state = async () => {
    const { request } = (await broker.call('GET', `/requests/${id}`)).json;
    return (request as { state: string; writer_id: string }).writer_id;
  };
  await expect.poll(state, { timeout: 20_000 }).toBe('old writer');
  await taker.kill();
});

it('reports after a long list are handled after it, and calls are answered meanwhile', async () => {
  const id = await broker.acquire('a.h5');
  const taker = await ReportingWriter.connect(broker);
  const { attempt } = await taker.next();
  const held = { attempt, state: 'writing', bytes: 1, rows: 1, tries: 1 };
  const others = Array.from({ length: 50_000 }, (_, n) => ({ ...held, request_id: `other-${n}` }));
  const own = { ...held, request_id: id };
  await send(hello('old writer', [...others, own]));
  await send(
    JSON.stringify({ kind: 'returned', writer_id: 'old writer', request_id: id, attempt }),
  );
  await send(hello('the last one'));
  const known = async () => (await writers()).map(({ writer_id }) => writer_id);
  await expect.poll(known, { timeout: 20_000 }).toContain('the last one');
  const { request } = (await broker.call('GET', `/requests/${id}`)).json;
  expect((request as { history: { state: string }[] }).history.map(({ state }) => state)).toEqual(
    expect.arrayContaining(['writing', 'returned']),
  );
  await taker.kill();
});
