import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { valueIn } from '../../monitoring/exposition.fixture.js';
import { TestedRabbitmq, hasRabbitmq } from '../../transport/rabbitmq/rabbitmq.fixture.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;

beforeEach(() => {
  broker = new BrokerFixture();
});
afterEach(() => broker.remove());

interface Ready {
  readonly status: number;
  readonly overall: unknown;
  readonly details: Record<string, { status: string; message?: string; folders?: object[] }>;
}

async function ready(): Promise<Ready> {
  const { status, json } = await broker.call('GET', '/health/ready');
  return { status, overall: json.status, details: json.details as Ready['details'] };
}

it('is ready with warnings where only folders, channel list and writers are missing', async () => {
  const missing = join(broker.folder, 'missing');
  await broker.start({
    output_root: [broker.folder, missing],
    channels_file: join(broker.folder, 'channels.txt'),
  });
  const { status, overall, details } = await ready();
  expect({ status, overall }).toEqual({ status: 200, overall: 'degraded' });
  expect(details).toMatchObject({
    trail: { status: 'up' },
    output_port: { status: 'up', output: broker.output, reports: broker.reports },
    disks: { status: 'degraded' },
    requests: { status: 'up' },
    writers: { status: 'degraded' },
    channel_list: {
      status: 'degraded',
      message: "the channel list can't be read: it does not exist",
    },
  });
  expect(details.disks.folders).toContainEqual(
    expect.objectContaining({ path: missing, message: `${missing} is missing` }),
  );

  mkdirSync(missing);
  writeFileSync(join(broker.folder, 'channels.txt'), 'A\n');
  const writer = await ReportingWriter.connect(broker);
  await expect.poll(async () => (await ready()).overall).toBe('ok');
  await writer.kill();
  expect(readFileSync(broker.trailFile, 'utf8')).toBe('');
  expect(existsSync(`${broker.trailFile}.probe`)).toBe(false);
  expect(broker.log.filter(({ level }) => level === 'ERROR')).toHaveLength(1);
});

it.each([
  ['is a folder', () => mkdirSync(broker.trailFile), /it is a folder \(EISDIR\)/],
  [
    'is on a disk that is full',
    () => symlinkSync('/dev/full', broker.trailFile),
    /it is not a regular file/,
  ],
])('is not ready, and lives, while the trail %s', async (_what, spoil, reason) => {
  await broker.start();
  renameSync(broker.trailFile, `${broker.trailFile}.aside`);
  spoil();
  const { status, overall, details } = await ready();
  expect({ status, overall }).toEqual({ status: 503, overall: 'error' });
  expect(details.trail).toMatchObject({ status: 'down', message: expect.stringMatching(reason) });
  expect(await broker.call('GET', '/health/live')).toMatchObject({
    status: 200,
    json: { status: 'ok' },
  });
  rmSync(broker.trailFile, { recursive: true });
  await expect.poll(async () => (await ready()).status, { timeout: 3000 }).toBe(200);
});

it('is not ready when a live request is open for more than an hour', async () => {
  await broker.start();
  await broker.acquire('a.h5');
  const [request] = broker.recorded();
  expect((await ready()).details.requests.status).toBe('up');
  await broker.stop();
  for (const [lane, age, status] of [
    ['live', 700, 'degraded'],
    ['live', 3700, 'down'],
    ['background', 3700, 'up'],
  ] as const) {
    rmSync(`${broker.trailFile}.outcomes`);
    const older = { ...request, lane, timestamp: Date.now() / 1000 - age };
    writeFileSync(broker.trailFile, `${formatTrailLine(older)}\n`);
    await broker.start();
    const { details, status: httpStatus } = await ready();
    const fact = lane === 'live' ? 'oldest_age_s' : 'oldest_background_age_s';
    expect(details.requests).toMatchObject({ status, queued: 1, [fact]: expect.closeTo(age, -2) });
    expect(httpStatus).toBe(status === 'down' ? 503 : 200);
    await broker.stop();
  }
});

it('is ready, degraded, while RabbitMQ can’t be reached, and says what waits', async () => {
  await broker.start({ queue: 'rabbitmq', rabbitmq_url: ['amqp://daq:secret@127.0.0.1:1'] });
  await broker.acquire('a.h5');
  const { status, overall, details } = await ready();
  expect({ status, overall }).toEqual({ status: 200, overall: 'degraded' });
  expect(details).not.toHaveProperty('output_port');
  expect(details.queue).toEqual({
    status: 'degraded',
    rabbitmq: 'amqp://***@127.0.0.1:1',
    waiting: 1,
    message:
      "RabbitMQ takes no requests (it can't be reached): they are recorded, and wait for it. Look at its log, and whether --rabbitmq_url is right",
  });
  const { text } = await broker.call('GET', '/metrics');
  expect(valueIn(text, 'sf_databuffer_broker_queue_open')).toBe(0);
  expect(valueIn(text, 'sf_databuffer_broker_queue_kept')).toBe(0);
});

it('is ready while RabbitMQ keeps a request, and counts those that it loses (skipped without one)', async ({
  skip,
}) => {
  if (!(await hasRabbitmq())) skip('no RabbitMQ');
  const rabbitmq = await TestedRabbitmq.open();
  onTestFinished(() => rabbitmq.close());
  await broker.start(rabbitmq.settings);
  await broker.acquire('a.h5');
  rabbitmq.trail(broker.recorded()[0].trail_id);
  await expect.poll(async () => (await ready()).details.queue.status).toBe('up');
  const value = async (name: string) =>
    valueIn((await broker.call('GET', '/metrics')).text, `sf_databuffer_broker_queue_${name}`);
  await expect.poll(() => value('kept')).toBe(1);
  expect(await value('open')).toBe(1);
  expect(await value('losses_total')).toBe(0);
  // Somebody deletes it: the next broker finds that it is gone.
  await broker.stop();
  await rabbitmq.channel.deleteQueue(rabbitmq.names.lane('live'));
  await broker.start(rabbitmq.settings);
  await expect.poll(() => value('losses_total')).toBe(1);
  await expect.poll(() => rabbitmq.depth(rabbitmq.names.lane('live'))).toBe(1);
  expect(JSON.stringify(await ready())).not.toContain('guest');
});
