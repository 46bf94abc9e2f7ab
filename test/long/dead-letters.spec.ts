import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestedRabbitmq, hasRabbitmq } from '../../src/transport/rabbitmq/rabbitmq.fixture.js';
import { declareRequests } from '../../src/transport/rabbitmq/topology.js';
import { poll } from '../support/poll.js';
import { Service } from '../support/service.js';

const request = (id: string) => ({
  data_api_request: JSON.stringify({
    channels: [{ name: 'A', backend: 'sf-databuffer' }],
    range: { startPulseId: 7, endPulseId: 9 },
  }),
  parameters: JSON.stringify({ output_file: `${id}.h5` }),
  timestamp: 1_795_511_700,
  request_id: id,
});

describe.skipIf(!(await hasRabbitmq()))('dead_letters (skipped without RabbitMQ)', () => {
  let rabbitmq: TestedRabbitmq;

  beforeEach(async () => {
    rabbitmq = await TestedRabbitmq.open();
    await declareRequests(rabbitmq.channel, rabbitmq.names);
    for (const id of ['one', 'two']) await giveUp(id);
  });

  afterEach(() => rabbitmq.close());

  async function giveUp(id: string): Promise<void> {
    const { channel, names } = rabbitmq;
    const before = await rabbitmq.depth(names.deadLetters);
    const packet = { pattern: 'write_request', data: request(id) };
    channel.publish(names.requests, 'live.T', Buffer.from(JSON.stringify(packet)));
    const message = await poll(async () => (await channel.get(names.lane('live'))) || undefined);
    channel.nack(message, false, false);
    await lie(before + 1);
  }

  const lie = (count: number) =>
    poll(async () => (await rabbitmq.depth(rabbitmq.names.deadLetters)) === count || undefined);

  async function run(...args: string[]) {
    const { rabbitmq_url, rabbitmq_prefix } = rabbitmq.settings;
    const command = Service.start(['dead_letters', ...args], {
      env: {
        SF_DATABUFFER_RABBITMQ_URL: rabbitmq_url.join(),
        SF_DATABUFFER_RABBITMQ_PREFIX: rabbitmq_prefix,
      },
    });
    const code = await command.exitCode();
    const errors = command.events.map(({ msg }) => msg);
    return { code, errors, lines: command.output.trim().split('\n') };
  }

  it('ends with an error where there is no such queue', async () => {
    await rabbitmq.channel.deleteQueue(rabbitmq.names.deadLetters);
    const { code, errors } = await run();
    expect(code).toBe(1);
    expect(errors.join()).toContain('There is no queue');
  });

  it('lists them for people and for programs, and takes nothing', async () => {
    const line = (id: string) =>
      `${id}  ${id}.h5  pulses 7-9  since \\d{8}-\\d{6}  rejected by a writer, which could not read it`;
    expect(await run()).toEqual({
      code: 0,
      errors: [],
      lines: [line('one'), line('two')].map((text) => expect.stringMatching(`^${text}$`)),
    });
    const { lines } = await run('--json', '--request_id', 'two');
    expect(lines.map((text) => JSON.parse(text) as unknown)).toEqual([
      {
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        request_id: 'two',
        output_file: 'two.h5',
        start_pulse_id: 7,
        stop_pulse_id: 9,
        reason: 'rejected',
        times: 1,
        queue: rabbitmq.names.lane('live'),
        key: 'live.T',
        request: request('two'),
        returned: false,
      },
    ]);
    await lie(2);
  });

  it('puts back the one that is named, or all', async () => {
    const back = (id: string) =>
      expect.stringMatching(`^${id}  .*  since \\S+  is back in its queue$`);
    expect(await run('--return', '--request_id', 'two')).toMatchObject({ lines: [back('two')] });
    await lie(1);
    expect(await run('--return')).toEqual({ code: 0, errors: [], lines: [back('one')] });
    await lie(0);
    expect(await rabbitmq.depth(rabbitmq.names.lane('live'))).toBe(2);
    expect(await run()).toMatchObject({ code: 0, errors: ['There are no dead letters.'] });
  });

  it('fails where one is not there, or stays', async () => {
    expect(await run('--request_id', 'three')).toMatchObject({
      code: 1,
      errors: ['No dead letter has the request id three; 2 others lie there.'],
    });
    await rabbitmq.channel.deleteQueue(rabbitmq.names.lane('live'));
    expect(await run('--return', '--request_id', 'one')).toMatchObject({
      code: 1,
      errors: ['one stays: no queue takes it: start a broker or a writer, which make it'],
    });
    await lie(2);
  });
});

it('dead_letters says where no RabbitMQ is, and what to do', async () => {
  const env = { SF_DATABUFFER_RABBITMQ_URL: 'amqp://daq:secret@127.0.0.1:1' };
  const command = Service.start(['dead_letters'], { env });
  expect(await command.exitCode()).toBe(1);
  expect(command.events.map(({ msg }) => msg)).toEqual([
    "sf-databuffer: RabbitMQ can't be used (amqp://***@127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1). Start it, or correct --rabbitmq_url. [rabbitmq_unreachable]",
  ]);
});
