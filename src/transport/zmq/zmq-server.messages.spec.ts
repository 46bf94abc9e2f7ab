import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TIME, rawFrames, writeRequestFrames } from '../bsread/frames.fixture.js';
import type { MalformedMessage } from '../errors.js';
import { eventually } from './peers.fixture.js';
import { numbered, numbersOf, zmqServers } from './zmq-servers.fixture.js';

const { connected } = zmqServers();

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
