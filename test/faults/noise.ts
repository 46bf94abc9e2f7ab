import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Push, Subscriber } from 'zeromq';
import type { Random } from './random.js';

const MEGABYTE = 2 ** 20;

/** How a ZMQ peer begins, for one that goes no further. */
const GREETING = Buffer.from('ff00000000000000017f03', 'hex');

/** Names of {@link makeNoise}, as a run's table has them. */
export const NOISES = [
  'bytes that are no ZMQ',
  'an HTTP request',
  'half a ZMQ greeting',
  'a ZMQ peer of the wrong kind',
  'frames that are no message',
  'a message that is not a report',
] as const;

/** Noise that a stranger may make on the broker's ports. @param ports of its output and of reports */
export async function makeNoise(
  noise: (typeof NOISES)[number],
  ports: { readonly output: number; readonly reports: number },
  random: Random,
): Promise<void> {
  const port = random.pick([ports.output, ports.reports]);
  const bytes = Buffer.from(Array.from({ length: 500 }, () => random.whole(0, 255)));
  switch (noise) {
    case 'bytes that are no ZMQ':
      return say(port, bytes);
    case 'an HTTP request':
      return say(port, Buffer.from(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`));
    case 'half a ZMQ greeting':
      return say(port, GREETING);
    case 'a ZMQ peer of the wrong kind': {
      const peer = new Subscriber({ linger: 0 });
      peer.connect(`tcp://127.0.0.1:${ports.output}`);
      peer.subscribe();
      await sleep(300);
      peer.close();
      return;
    }
    case 'frames that are no message':
      return push(ports.reports, [bytes, Buffer.alloc(MEGABYTE, 'noise'), Buffer.alloc(0)]);
    case 'a message that is not a report':
      return push(ports.reports, [
        Buffer.from('{"htype": "bsr_m-1.1", "pulse_id": 0, "hash": ""}'),
        Buffer.from('{"htype": "bsr_d-1.1", "channels": [{"name": "write_report"}]}'),
        ...[Buffer.from('{"kind": "outcome", "request_id": 5}'), Buffer.alloc(16)],
      ]);
    default:
      noise satisfies never;
  }
}

async function say(port: number, bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close').catch(() => undefined);
  // Nobody may be listening at the moment, or hangs up.
  socket.on('error', () => undefined);
  socket.write(bytes);
  await Promise.race([closed, sleep(300)]);
  socket.destroy();
}

async function push(port: number, frames: readonly Buffer[]): Promise<void> {
  const peer = new Push({ linger: 200, sendTimeout: 200 });
  peer.connect(`tcp://127.0.0.1:${port}`);
  // Nobody may be there to take it.
  await peer.send([...frames]).catch(() => undefined);
  peer.close();
}
