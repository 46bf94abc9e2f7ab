import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../transport/free-port.fixture.js';
import { BrokerFixture } from '../broker.fixture.js';
import { SlowPort } from './slow-port.js';

let broker: BrokerFixture;

afterEach(() => broker.remove());

const slowPort = () => broker.app.get(SlowPort, { strict: false }).port!;

async function slow(method: string, path: string, headers = 'Host: localhost') {
  const socket = connect(slowPort(), '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
  const reply = await text(socket);
  const [head, body] = reply.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) as Record<string, unknown> };
}

describe('the port for slow calls', () => {
  it('answers /copy_user_files, and says of others where they are answered', async () => {
    broker = await new BrokerFixture().start({ slow_rest_port: 0 });
    const copied = await slow('POST', '//copy_user_files');
    expect(copied).toMatchObject({ status: 200, body: { status: 'error' } });
    expect(copied.body.message).not.toContain('at this port');
    const message = expect.stringMatching(
      new RegExp(`^/status is not answered at this port.*at port ${broker.port}\\.$`),
    );
    const refused = { status: 404, body: { state: 'error', message } };
    expect(await slow('GET', '/status')).toMatchObject(refused);
    const client = await slow('POST', '/advance_run_number');
    expect(client).toMatchObject({
      status: 200,
      body: { status: 'error', exception: 'HTTPError' },
    });
    expect((await broker.call('GET', '/status')).status).toBe(200);
    expect((await broker.call('POST', '/copy_user_files')).status).toBe(200);
  });

  it('has the limits of the other one', async () => {
    broker = await new BrokerFixture().start({ slow_rest_port: 0, allow_from: ['127.0.0.2'] });
    const refused = { status: 403, body: { status: 'error', exception: 'HTTPError' } };
    expect(await slow('POST', '/copy_user_files')).toMatchObject(refused);
    const broken = await slow('POST', '/copy_user_files', 'Host: localhost\r\nbroken header: \0');
    expect(broken).toMatchObject({ status: 400, body: { state: 'error' } });
  });

  it('is there where it is asked for, and closes with the broker', async () => {
    broker = await new BrokerFixture().start();
    expect(slowPort()).toBeUndefined();
    await broker.stop();
    await broker.start({ slow_rest_port: 0 });
    const port = slowPort();
    const idle: Socket = connect(port, '127.0.0.1');
    idle.write('POST /copy_user_files HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    const closed = once(idle, 'close');
    await broker.stop();
    await closed;
    const late = connect(port, '127.0.0.1');
    expect(await once(late, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  it('names its setting where it is taken', async () => {
    broker = new BrokerFixture();
    const port = await freePort();
    await expect(broker.start({ rest_port: port, slow_rest_port: port })).rejects.toThrow(
      'must differ from --rest_port',
    );
    const other = await new BrokerFixture().start({ rest_port: port });
    await expect(broker.start({ slow_rest_port: port })).rejects.toThrow(
      /REST interface for slow calls.*another --slow_rest_port/,
    );
    await other.remove();
  });
});
