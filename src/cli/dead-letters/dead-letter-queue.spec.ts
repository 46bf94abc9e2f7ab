import type { GetMessage, Message } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RabbitmqSettings } from '../../config/rabbitmq-settings.js';
import { loadSettings } from '../../config/load-settings.js';
import { errorText } from '../../logging/error-text.js';
import { TestedRabbitmq, hasRabbitmq } from '../../transport/rabbitmq/rabbitmq.fixture.js';
import { declareRequests } from '../../transport/rabbitmq/topology.js';
import { DeadLetterQueue } from './dead-letter-queue.js';

const settingsOf = (flags: Record<string, unknown>) =>
  loadSettings(RabbitmqSettings, { flags, environment: {} });

const request = (id: string) => ({
  data_api_request: JSON.stringify({
    channels: [{ name: 'A', backend: 'sf-databuffer' }],
    range: { startPulseId: 7, endPulseId: 9 },
  }),
  parameters: JSON.stringify({ output_file: `${id}.h5` }),
  timestamp: 1_795_511_700,
  request_id: id,
});

const packet = (id: string) => JSON.stringify({ pattern: 'write_request', data: request(id) });

describe.skipIf(!(await hasRabbitmq()))(
  'the dead letters in RabbitMQ (skipped without one)',
  () => {
    let rabbitmq: TestedRabbitmq;
    let settings: Readonly<RabbitmqSettings>;

    beforeEach(async () => {
      rabbitmq = await TestedRabbitmq.open();
      const { rabbitmq_url, rabbitmq_prefix } = rabbitmq.settings;
      settings = settingsOf({ rabbitmq_url, rabbitmq_prefix });
    });

    afterEach(() => rabbitmq.close());

    const names = () => rabbitmq.names;

    /** Has a message given up, as a writer does that rejects it. */
    async function giveUp(content: string, key = 'live.T'): Promise<void> {
      const { channel } = rabbitmq;
      const before = await rabbitmq.depth(names().deadLetters);
      const options = { messageId: 'from its properties', headers: { sent: 1 }, persistent: true };
      channel.publish(names().requests, key, Buffer.from(content), options);
      const lane = names().lane(key.startsWith('live') ? 'live' : 'background');
      await expect.poll(() => rabbitmq.depth(lane)).toBe(1);
      channel.nack((await channel.get(lane)) as Message, false, false);
      await expect.poll(() => rabbitmq.depth(names().deadLetters)).toBe(before + 1);
    }

    async function opened(action: (queue: DeadLetterQueue) => Promise<void>): Promise<void> {
      const queue = await DeadLetterQueue.open(settings);
      try {
        await action(queue);
      } finally {
        await queue.close();
      }
    }

    it('are listed with what they ask for and why they lie there, and stay', async () => {
      await declareRequests(rabbitmq.channel, names());
      await giveUp(packet('one'));
      await giveUp(packet('two'), 'background.T');
      for (let look = 0; look < 2; look++) {
        await opened(async (queue) => {
          expect(await queue.letters()).toEqual([
            {
              request_id: 'one',
              output_file: 'one.h5',
              start_pulse_id: 7,
              stop_pulse_id: 9,
              since: expect.any(Date),
              reason: 'rejected',
              times: 1,
              queue: names().lane('live'),
              key: 'live.T',
              problem: undefined,
              request: request('one'),
            },
            expect.objectContaining({ request_id: 'two', key: 'background.T' }),
          ]);
        });
        await expect.poll(() => rabbitmq.depth(names().deadLetters)).toBe(2);
      }
    });

    it.each([
      ['no JSON', '{"pattern":', /^it is not JSON/],
      ['no request', '{"pattern":"write_request"}', /^it has no request/],
      [
        'not a whole request',
        '{"data":{"request_id":"one"}}',
        /^The write request can't be carried/,
      ],
    ])('are listed although they are %s', async (_, content, problem) => {
      await declareRequests(rabbitmq.channel, names());
      await giveUp(content);
      await opened(async (queue) => {
        const [letter] = await queue.letters();
        expect(letter.problem).toMatch(problem);
        expect(['one', 'from its properties']).toContain(letter.request_id);
      });
    });

    it('come back one by one as they were, and say that they were there', async () => {
      await declareRequests(rabbitmq.channel, names());
      await giveUp(packet('one'), 'background.T');
      await giveUp(packet('two'), 'background.T');
      // Looked at before: RabbitMQ counts that as an attempt to hand them out.
      await opened(async (queue) => void (await queue.letters()));
      await expect.poll(() => rabbitmq.depth(names().deadLetters)).toBe(2);
      await opened(async (queue) => {
        const letters = await queue.letters();
        await queue.putBack(letters[1]);
      });
      await expect.poll(() => rabbitmq.depth(names().deadLetters)).toBe(1);
      const message = (await rabbitmq.channel.get(names().lane('background'))) as GetMessage;
      expect(message.content.toString()).toBe(packet('two'));
      expect(message.fields).toMatchObject({ routingKey: 'background.T' });
      const { headers, ...properties } = message.properties;
      expect(properties).toMatchObject({ messageId: 'from its properties', deliveryMode: 2 });
      expect(headers).toMatchObject({ sent: 1, 'x-death': [{ reason: 'rejected' }] });
      expect(headers).toMatchObject({ 'x-delivery-count': 0 });
    });

    it('stay where no queue takes them', async () => {
      await declareRequests(rabbitmq.channel, names());
      await giveUp(packet('one'));
      await rabbitmq.channel.deleteQueue(names().lane('live'));
      await opened(async (queue) => {
        const [letter] = await queue.letters();
        await expect(queue.putBack(letter)).rejects.toThrow('no queue takes it: start a broker');
      });
      await expect.poll(() => rabbitmq.depth(names().deadLetters)).toBe(1);
    });

    it('are asked for at the next address where the first has no RabbitMQ', async () => {
      await declareRequests(rabbitmq.channel, names());
      const rabbitmq_url = ['amqp://127.0.0.1:1', ...settings.rabbitmq_url];
      const { rabbitmq_prefix } = settings;
      const queue = await DeadLetterQueue.open(settingsOf({ rabbitmq_url, rabbitmq_prefix }));
      expect(await queue.letters()).toEqual([]);
      await queue.close();
    });

    it('need the prefix that the others have', async () => {
      const wrong = settingsOf({ ...settings, rabbitmq_prefix: `${settings.rabbitmq_prefix}.x` });
      const queue = await DeadLetterQueue.open(wrong);
      await expect(queue.letters()).rejects.toThrow(
        /^There is no queue test\.\S+\.dead_letters in RabbitMQ at \S+: give the --rabbitmq_prefix/,
      );
      await queue.close();
    });
  },
);

it('says why no RabbitMQ can be used, without the password', async () => {
  const rabbitmq_url = ['amqp://daq:secret@127.0.0.1:1', 'amqp://daq:secret@localhost:1'];
  const error = await DeadLetterQueue.open(settingsOf({ rabbitmq_url })).catch(errorText);
  expect(error).toContain('amqp://***@127.0.0.1:1: connect ECONNREFUSED');
  expect(error).toContain('amqp://***@localhost:1: connect ECONNREFUSED');
  expect(error).toContain('Start it, or correct --rabbitmq_url.');
  expect(error).not.toContain('secret');
});
