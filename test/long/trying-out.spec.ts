import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { TestedRabbitmq, hasRabbitmq } from '../../src/transport/rabbitmq/rabbitmq.fixture.js';
import { Beamline } from '../support/beamline.js';
import { expectAcquired } from '../support/demo.js';
import { call } from '../support/detector.js';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

it('demo --all shows both formats by data API 4', async () => {
  const demo = beamline.run(
    ...['demo', '--all', '--data_api_protocol', 'api4', '--state_dir', beamline.state],
    ...['--audit_file', beamline.trail, '--output_root', beamline.output],
  );
  await demo.succeeds();
  expectAcquired(demo.output);
  expect(demo.output).toMatch(/buffer http:\S+\/api\/4, cameras http:\S+\/api\/1$/m);
  expect(demo.output).toContain('/data/SIMULATOR-CAMERA-SMALL:FPICTURE');
  expect(demo.output).toContain('is_data_present');
});

it('start names all taken ports, and its line works', async () => {
  const { restPort, outputPort } = beamline;
  const takers = [restPort, outputPort].map((port) => createServer().listen(port, '127.0.0.1'));
  onTestFinished(() => takers.forEach((taker) => taker.close()));
  await Promise.all(takers.map((taker) => once(taker, 'listening')));
  const given = ['--rest_port', String(restPort), '--output_port', String(outputPort)];
  const state = ['--state_dir', beamline.state];
  const refused = beamline.run('start', ...given, '--port', '0', ...state);
  expect(await refused.exitCode()).toBe(1);
  expect(refused.messages).toContain(
    `Taken: ${restPort} (REST and page, --rest_port), ` +
      `${outputPort} (requests for writers, --output_port).`,
  );
  const [, line] = /^Free just now: sf-databuffer (start .*)$/m.exec(refused.messages)!;
  const start = beamline.run(...line.split(' '));
  const page = await start.until(() => /\nPage {2}(\S+)\n$/.exec(start.output)?.[1]);
  expect(page).toBe(`http://127.0.0.1:${/--rest_port (\d+)/.exec(line)![1]}/`);
  expect(await start.end('SIGINT')).toBe(0);
});

it('demo and start go through RabbitMQ (skipped without one)', async ({ skip }) => {
  if (!(await hasRabbitmq())) skip('no RabbitMQ');
  const rabbitmq = await TestedRabbitmq.open();
  onTestFinished(() => rabbitmq.close());
  const state = ['--state_dir', beamline.state];
  const demo = beamline.run('demo', ...rabbitmq.flags, ...state);
  await demo.succeeds();
  const place = `RabbitMQ, amqp://\\S+, names begin with ${rabbitmq.prefix}`;
  expect(demo.output).toMatch(new RegExp(`^Queue ${place}$`, 'm'));
  expect(demo.output.match(/all as simulated/g)).toHaveLength(2);
  const trail = join(beamline.folder, 'data', 'sf_databuffer_audit.log.id');
  rabbitmq.trail((JSON.parse(readFileSync(trail, 'utf8')) as { trail_id: string }).trail_id);

  // Nobody listens at ports for writers then.
  const ports = ['--rest_port', '0', '--port', '0', '--output_port', String(beamline.restPort)];
  const taker = createServer().listen(beamline.restPort, '127.0.0.1');
  onTestFinished(() => void taker.close());
  const start = beamline.run('start', ...rabbitmq.flags, ...ports, ...state);
  await start.until(() => new RegExp(`^ {2}Queue {10}${place}$`, 'm').exec(start.output)?.[0]);
  expect(await start.end()).toBe(0);
});

it('start says when there is no RabbitMQ, what to do, and goes on', async () => {
  const url = 'amqp://daq:secret@127.0.0.1:1';
  const free = ['--rest_port', '0', '--port', '0', '--state_dir', beamline.state];
  const queue = ['--queue', 'rabbitmq', '--rabbitmq_url', url];
  const start = beamline.run('start', ...free, ...queue);
  const page = await start.until(() => /\nPage {2}(\S+)\n$/.exec(start.output)?.[1]);
  expect(start.output).toContain(
    "RabbitMQ, amqp://***@127.0.0.1:1, which can't be used: requests are recorded, and wait for it. Start it, or give another --rabbitmq_url",
  );
  expect((await call('GET', `${page}status`)).code).toBe(200);
  expect(start.output + JSON.stringify(start.events)).not.toContain('secret');
  expect(await start.end()).toBe(0);
});
