import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TIME, rawFrames, writeRequestFrames } from '../bsread/frames.fixture.js';
import { encodeMessage } from '../bsread/bsread-encoder.js';
import type { BsreadMessage } from '../bsread/bsread-message.js';
import type { MalformedMessage } from '../errors.js';
import type { MessageContext, MessageFacts } from '../message-server.js';
import { ownFrames } from '../own-messages.fixture.js';
import { eventually } from './peers.fixture.js';
import { type Fields, numbered, numbersOf, zmqServers } from './zmq-servers.fixture.js';

const { connected } = zmqServers();
const TIMESTAMP = { sec: 1, ns: 500_000_000 };

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('messages that a ZmqServer gets', () => {
  it('makes a write request of an original broker a plain object, further channels included', async () => {
    const { push, received } = await connected();
    await push.send(
      writeRequestFrames({}, [
        { header: { name: 'request_id', type: 'string' }, value: Buffer.from('r1') },
        { header: { name: '__proto__', type: 'bool' }, value: Buffer.from([1]) },
        {
          header: { name: 'n', type: 'int64', encoding: 'big' },
          value: Buffer.from('0000000000000003', 'hex'),
        },
        { header: { name: 'big', type: 'int64' }, value: Buffer.from('ffffffffffffff7f', 'hex') },
        {
          header: { name: 'list', type: 'int16', shape: [2] },
          value: Buffer.from('01000200', 'hex'),
        },
        // Nobody here looks for these, so it does no harm that they can't be read.
        { header: { name: 'z', type: 'complex128' }, value: Buffer.alloc(16) },
        { header: { name: 'short', type: 'int32' }, value: Buffer.alloc(3) },
      ]),
    );
    await eventually(() => expect(received).toHaveLength(1));
    expect(JSON.stringify(received[0])).toBe(
      '{"data_api_request":"{\\"channels\\":[]}","parameters":"{\\"output_file\\":\\"/dev/null\\"}",' +
        '"timestamp":1.5,"request_id":"r1","__proto__":true,"n":3,"big":"9223372036854775807","list":[1,2]}',
    );
  });

  it('rejects a write request in which a channel of its own can’t be read', async () => {
    const { push, received, rejected } = await connected();
    const [main, data, ...values] = writeRequestFrames({});
    await push.send([main, data, Buffer.from([0xff]), ...values.slice(1)]);
    await eventually(() => expect(rejected).toHaveLength(1));
    expect((rejected[0].error as MalformedMessage).message).toContain('"data_api_request"');
    expect(received).toEqual([]);
  });

  it('knows a write request with its channels in any order, and leaves out what is missing', async () => {
    const { push, received } = await connected();
    const none = Buffer.alloc(0);
    await push.send(
      rawFrames({
        data: {
          htype: 'bsr_d-1.1',
          channels: [
            { name: 'timestamp' },
            { name: 'other', type: 'string' },
            { name: 'parameters', type: 'string' },
            { name: 'data_api_request', type: 'string' },
          ],
        },
        values: [none, none, none, none, Buffer.from('{}'), TIME, Buffer.from('[]'), TIME],
      }),
    );
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]).toEqual({ parameters: '{}', data_api_request: '[]' });
  });

  it('passes malformed messages on with their frames, and goes on', async () => {
    const { push, received, rejected } = await connected();
    const noise = Buffer.alloc(10 * 1024 * 1024, 'noise');
    const good = writeRequestFrames();
    const bad = [
      [noise],
      [Buffer.from('{'), Buffer.from('}')],
      good.slice(0, -1),
      [good[0], Buffer.concat([good[1], Buffer.from(' ')]), ...good.slice(2)],
      rawFrames({ data: { htype: 'bsr_d-1.1', channels: [] } }),
    ];
    for (const frames of bad) await push.send(frames);
    await push.send(numbered(1));
    await eventually(() => expect(received).toHaveLength(1));
    expect(rejected.map(({ error }) => (error as MalformedMessage).code)).toEqual([
      'frame_count',
      'bad_header',
      'frame_count',
      'hash_mismatch',
      'unknown_message',
    ]);
    rejected.forEach(({ frames }, index) => {
      expect(Buffer.concat(frames).equals(Buffer.concat(bad[index]))).toBe(true);
    });
  });

  it('rejects what no handler is there for, and says so in one line a minute unless somebody takes it', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const { push, server, received } = await connected({
      onRejected: undefined,
      telling: undefined,
    });
    await push.send(encodeMessage(0, TIMESTAMP, [{ name: 'null', type: 'string', value: '[]' }]));
    await push.send([Buffer.from('noise')]);
    await push.send(ownFrames('write_report', { write_report: '{}' }));
    await push.send(numbered(1));
    await eventually(() => expect(received).toHaveLength(1));
    expect(server.rejected.get('unknown_message')).toBe(2);
    expect(server.rejected.get('frame_count')).toBe(1);
    expect(warn.mock.calls.map(([line]: unknown[]) => line)).toEqual([
      'a message was rejected bytes=236 error="Not understood: message has the channels [\\"null\\"], which nobody here takes. [unknown_message]"',
      'a message was rejected bytes=5 error="Not understood: message has 1 frames, not 2 or more. [frame_count]"',
    ]);
  });

  it('finds handlers of patterns that look like JSON', async () => {
    const { push, server, received } = await connected();
    for (const pattern of ['null', '{"a": 1}'])
      server.addHandler(
        pattern,
        async (data: Fields) => void received.push({ pattern, ...data }),
        true,
      );
    for (const name of ['null', '{"a": 1}'])
      await push.send(encodeMessage(0, TIMESTAMP, [{ name, type: 'string', value: '{"n":1}' }]));
    await eventually(() => expect(received).toHaveLength(2));
    expect(received).toEqual([
      { pattern: 'null', n: 1 },
      { pattern: '{"a": 1}', n: 1 },
    ]);
  });

  it('gives messages of no pattern to the handler for these, whole', async () => {
    const { push, server, received, rejected } = await connected({ otherMessages: 'stream' });
    const streamed: [BsreadMessage, MessageFacts][] = [];
    const handler = async (message: BsreadMessage, context?: MessageContext) =>
      void streamed.push([message, context!.facts]);
    server.addHandler('stream', handler, true);
    const value = Uint16Array.of(1, 2, 3, 65535);
    const image = { name: 'image', type: 'uint16', shape: [2, 2], value } as const;
    await push.send(
      encodeMessage(7, TIMESTAMP, [image, { name: 'stream', type: 'string', value: '' }]),
    );
    await push.send(
      encodeMessage(8, TIMESTAMP, [{ name: 'stream', type: 'string', value: 'no JSON' }]),
    );
    await push.send(numbered(1));
    await eventually(() => expect(received).toHaveLength(1));
    expect(rejected).toEqual([]);
    const [[first, facts], [second]] = streamed;
    expect(first.channels.get('image')).toMatchObject({ shape: [2, 2], value });
    expect(facts).toEqual({ sent: 1.5, pulseId: 7 });
    expect(second.channels.get('stream')!.value).toBe('no JSON');
  });

  it('leaves time for everything else in a flood, and can be closed in the middle of it', async () => {
    const failed = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    let inTurn = 0;
    let most = 0;
    const timer = setInterval(() => (inTurn = 0), 0);
    const { push, server, rejected } = await connected({
      receiveQueueLength: 1000,
      onRejected: (frames, error) => {
        rejected.push({ frames, error });
        most = Math.max(most, ++inTurn);
        for (const begun = performance.now(); performance.now() - begun < 2;);
      },
    });
    for (let i = 0; i < 400; i++) await push.send('no message');
    await vi.waitFor(() => expect(rejected.length).toBeGreaterThan(50), 5000);
    await server.close();
    clearInterval(timer);
    expect(rejected.length).toBeLessThan(400);
    expect(most).toBeLessThan(30);
    expect(failed).not.toHaveBeenCalled();
  });

  it('does not take what is larger than allowed, and goes on', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { push, received, rejected } = await connected({ maxMessageSize: 10_000 });
    await push.send([Buffer.alloc(20_000)]);
    // The connection goes with it, and what was sent over it meanwhile. How often it is made anew depends
    // on how busy the machine is: each look here puts the clock forward.
    await eventually(() =>
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('ZMQ gave up'), expect.anything()),
    );
    await push.send(numbered(1));
    await eventually(() => expect(numbersOf(received)).toEqual([1]));
    expect(rejected).toEqual([]);
  });
});
