import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { BreakableWay } from '../../src/transport/rabbitmq/breakable-way.fixture.js';
import { TestedRabbitmq, hasRabbitmq } from '../../src/transport/rabbitmq/rabbitmq.fixture.js';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';

const CHANNELS = ['SIMULATOR-PULSE-ID', 'SIMULATOR-SCALAR-FLOAT64-1'];
const WITH_CAMERA = [...CHANNELS, 'SIMULATOR-CAMERA-SMALL:FPICTURE'];

describe.skipIf(!(await hasRabbitmq()))('requests that RabbitMQ carries', () => {
  let beamline: Beamline;
  let rabbitmq: TestedRabbitmq;

  beforeEach(async () => {
    beamline = await Beamline.prepare();
    rabbitmq = await TestedRabbitmq.open();
  });

  afterEach(async () => {
    const id = await readFile(`${beamline.trail}.id`, 'utf8').catch(() => undefined);
    if (id !== undefined) rabbitmq.trail((JSON.parse(id) as { trail_id: string }).trail_id);
    await beamline.clear();
    await rabbitmq.close();
  });

  interface Listed {
    readonly request_id: string;
    readonly state: string;
    readonly attempt: number;
    readonly writer_id?: string;
    readonly failure?: { readonly code: string };
  }

  const broker = (...more: string[]) => beamline.broker(...rabbitmq.flags, ...more);

  async function writer(...more: string[]): Promise<Service> {
    const service = beamline.run('writer', ...rabbitmq.flags, ...beamline.writerFlags(), ...more);
    await service.logged('takes requests');
    return service;
  }

  async function requests(): Promise<Listed[]> {
    const { json } = await call('GET', `${beamline.url}/requests`);
    return json.requests as Listed[];
  }

  async function settled(count: number, state = 'written'): Promise<Listed[]> {
    return poll(async () => {
      const all = await requests();
      return all.filter((each) => each.state === state).length === count ? all : undefined;
    });
  }

  it('become files, of channels and of cameras', async () => {
    await broker();
    await writer();
    await acquire(beamline.url, parametersFor('a.h5', WITH_CAMERA), 1000, 1099);
    await settled(2);
    expect(existsSync(beamline.file('a.h5'))).toBe(true);
    expect(existsSync(beamline.file('a.IMAGES.h5'))).toBe(true);
    expect(await rabbitmq.depth(rabbitmq.names.lane('live'))).toBe(0);
  });

  it('wait in RabbitMQ for a writer, and are written while the broker is away', async () => {
    const first = await broker();
    await acquire(beamline.url, parametersFor('a.h5', CHANNELS), 1000, 1099);
    await acquire(beamline.url, parametersFor('b.h5', CHANNELS), 1100, 1199);
    await poll(async () => (await rabbitmq.depth(rabbitmq.names.lane('live'))) === 2 || undefined);
    await first.end('SIGKILL');
    await writer();
    await poll(() => existsSync(beamline.file('b.h5')) || undefined);
    await broker();
    const all = await settled(2);
    expect(all.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  it('are handed on by RabbitMQ when their writer is killed', async () => {
    await broker();
    // Its data comes late, so it is in hand for long.
    const late = ['--data_retrieval_delay', '3600'];
    const killed = await writer(...late);
    await acquire(beamline.url, parametersFor('a.h5', CHANNELS), 1000, 1099);
    await poll(async () => (await requests()).find(({ state }) => state === 'received'));
    await killed.end('SIGKILL');
    await writer();
    const [request] = await settled(1);
    expect(request.attempt).toBe(1);
  });

  it('are recorded and answered while RabbitMQ is away, and go on by themselves', async () => {
    const way = await BreakableWay.to(rabbitmq.settings.rabbitmq_url[0]);
    const away = ['--rabbitmq_url', way.url];
    await broker(...away);
    await writer(...away);
    await acquire(beamline.url, parametersFor('a.h5', CHANNELS), 1000, 1099);
    expect((await requests())[0]).toMatchObject({ state: 'queued', attempt: 0 });
    await way.open();
    await settled(1);
    way.cut();
    await acquire(beamline.url, parametersFor('b.h5', CHANNELS), 1100, 1199);
    await settled(2);
    await way.close();
  });

  it('end as failed when they are dead letters, and have a new attempt when they return', async () => {
    await broker();
    await acquire(beamline.url, parametersFor('a.h5', CHANNELS), 1000, 1099);
    const { channel, names } = rabbitmq;
    await poll(async () => (await rabbitmq.depth(names.lane('live'))) === 1 || undefined);
    const message = await channel.get(names.lane('live'));
    if (message) channel.nack(message, false, false);
    await writer();
    const [failed] = await settled(1, 'failed');
    expect(failed.failure?.code).toBe('dead_letter');
    expect(existsSync(beamline.file('a.h5.err'))).toBe(true);

    const dead = await channel.get(names.deadLetters);
    if (!dead) throw new Error('nothing is among the dead letters');
    channel.publish(names.requests, dead.fields.routingKey, dead.content, dead.properties);
    channel.ack(dead);
    const [written] = await settled(1);
    expect(written.attempt).toBeGreaterThan(failed.attempt);
    expect(existsSync(beamline.file('a.h5.err'))).toBe(false);
  });

  it('of two brokers are written by the same writers, and each hears of its own', async () => {
    const other = await Beamline.prepare();
    try {
      await broker();
      const secondPort = await freePort();
      const second = beamline.run(
        ...other.brokerArguments().map((each) => (each === other.output ? beamline.output : each)),
        ...rabbitmq.flags,
        ...['--rest_port', String(secondPort)],
      );
      await second.logged('takes acquisitions');
      await writer();
      const otherUrl = `http://127.0.0.1:${secondPort}`;
      await acquire(beamline.url, parametersFor('a.h5', CHANNELS), 1000, 1099);
      await acquire(otherUrl, parametersFor('b.h5', CHANNELS), 1000, 1099);
      await settled(1);
      const { json } = await poll(async () => {
        const reply = await call('GET', `${otherUrl}/requests`);
        const [request] = reply.json.requests as Listed[];
        return request.state === 'written' ? reply : undefined;
      });
      expect(json.requests).toHaveLength(1);
      const id = await readFile(`${other.trail}.id`, 'utf8');
      rabbitmq.trail((JSON.parse(id) as { trail_id: string }).trail_id);
    } finally {
      await other.clear();
    }
  });
});
