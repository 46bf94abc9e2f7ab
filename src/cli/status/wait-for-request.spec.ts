import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { RequestHead } from '../../report/request-record.js';
import { BrokerClient } from '../audit/broker-client.js';
import { endOfRequest } from './wait-for-request.js';

const ID = 'r1';

function head(facts: Partial<RequestHead>): RequestHead {
  return { request_id: ID, state: 'queued', time: 1, accepted: 1, attempt: 1, ...facts };
}

/** A broker of which a test says what it answers. */
async function brokerThat(answer: (call: IncomingMessage, reply: ServerResponse) => unknown) {
  const server = createServer((call, reply) => void answer(call, reply)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new BrokerClient(url, new AbortController().signal, { patience: 0, callTimeout: 5000 });
}

function event(id: number, kind: string, data: object): string {
  return `: a comment\nid: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Waits, and notes all that is told meanwhile. */
async function wait(broker: BrokerClient, onState: (state: string) => void = () => undefined) {
  const told: string[] = [];
  const follower = {
    standsAt: ({ state, attempt }: RequestHead) => {
      told.push(`${state} ${attempt}`);
      onState(state);
    },
    away: (reason: string) => void told.push(reason),
  };
  const end = await endOfRequest(ID, broker, follower, new AbortController().signal);
  return { told, end };
}

it('follows a request by events, and those of others do not end it', async () => {
  const broker = await brokerThat((call, reply) => {
    if (call.url !== '/events') return reply.end(JSON.stringify({ request: head({}) }));
    const other = head({ request_id: 'r10', state: 'written', replay_of: ID });
    const healing = head({ state: 'failed', attempt: 2, next_attempt: 9 });
    const text = [
      event(1, 'state', other),
      event(2, 'outage', { place: ID }),
      event(3, 'state', healing),
      event(4, 'state', head({ state: 'written', attempt: 3 })),
    ].join('');
    // In pieces, as a network would.
    reply.writeHead(200, { 'content-type': 'text/event-stream' }).write(text.slice(0, 50));
    return setImmediate(() => reply.write(text.slice(50)));
  });
  const { told, end } = await wait(broker);
  expect(told).toEqual(['queued 1', 'failed 2', 'written 3']);
  expect(end).toMatchObject({ state: 'written' });
});

it('comes back with the last event that it saw, and looks at the request anew', async () => {
  const since: (string | undefined)[] = [];
  let breakOff = () => {};
  const broker = await brokerThat((call, reply) => {
    if (call.url === '/events') {
      since.push(call.headers['last-event-id'] as string | undefined);
      reply.writeHead(200).write(event(7, 'state', head({ state: 'sent' })));
      // In the middle of an event.
      breakOff = () => void reply.write('id: 8\ndata: {', () => reply.destroy());
      return undefined;
    }
    const state = since.length < 2 ? 'queued' : 'written';
    return reply.end(JSON.stringify({ request: head({ state }) }));
  });
  const { told, end } = await wait(broker, (state) => state === 'sent' && breakOff());
  expect(since).toEqual([undefined, '7']);
  expect(told.filter((each) => /^\w+ 1$/.test(each))).toEqual(['queued 1', 'sent 1', 'written 1']);
  expect(end?.state).toBe('written');
});

it('looks again and again where the broker has no events to give', async () => {
  let looks = 0;
  const broker = await brokerThat((call, reply) => {
    if (call.url === '/events') return reply.writeHead(503).end('{"status":"too many readers"}');
    const state = ++looks < 4 ? 'writing' : 'written';
    return reply.end(JSON.stringify({ request: head({ state }) }));
  });
  expect((await wait(broker)).end?.state).toBe('written');
});

it('knows no request where the broker has forgotten it', async () => {
  let looks = 0;
  const broker = await brokerThat((call, reply) => {
    if (call.url === '/events') return reply.writeHead(200).end();
    if (call.url?.includes('output_file')) return reply.end('{"requests":[],"next":null}');
    if (++looks > 2) return reply.writeHead(404).end('{"status":"unknown"}');
    return reply.end(JSON.stringify({ request: head({}) }));
  });
  expect((await wait(broker)).end).toBeUndefined();
});
