import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeAll(async () => {
  broker = await new BrokerFixture().start();
});

afterAll(() => broker.remove());

const EXPECTED = {
  'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('camera=()'),
  'cache-control': expect.stringMatching(/no-store|no-cache/),
};

function headersIn(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1);
  return Object.fromEntries(
    lines.map((line) => [line.split(': ')[0].toLowerCase(), line.split(': ')[1]]),
  );
}

describe('the headers that keep pages of others away', () => {
  it.each([
    ['GET', '/status'],
    ['HEAD', '/status'],
    ['GET', '/metrics'],
    ['GET', '/health/live'],
    ['GET', '/docs'],
    ['GET', '/docs/'],
    ['GET', '/docs-json'],
    ['GET', '/docs/swagger-ui.css'],
    ['GET', '/docs/nothing'],
    ['GET', '/'],
    ['GET', '/%zz'],
    ['PUT', '/start_pulse_id/1'],
    ['PUT', '/start_pulse_id/x'],
    ['POST', '/parameters'],
    ['DELETE', '/status'],
  ])('are on the reply to %s %s', async (method, path) => {
    expect((await broker.call(method, path)).headers).toMatchObject(EXPECTED);
  });

  it('are on refusals', async () => {
    const headers = { Host: 'a.example' };
    expect((await broker.call('GET', '/status', { headers })).headers).toMatchObject(EXPECTED);
    const body = Buffer.alloc(2 ** 20 + 1, ' ');
    expect((await broker.call('POST', '/parameters', { body })).headers).toMatchObject(EXPECTED);
  });

  it.each([
    ['no method', 'x\r\n\r\n'],
    ['too long a head', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['an expectation', 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n'],
    ['no host', 'GET /status HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ])('are on what the server answers itself: %s', async (_what, bytes) => {
    const socket = connect(broker.port, '127.0.0.1', () => socket.write(bytes));
    const [head] = (await text(socket)).split('\r\n\r\n');
    expect(headersIn(head)).toMatchObject(EXPECTED);
  });

  it('are on a stream of events', async () => {
    const outgoing = get({ host: '127.0.0.1', port: broker.port, path: '/events', agent: false });
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.on('error', () => 'closed by us').destroy();
    expect(response.headers).toMatchObject(EXPECTED);
  });

  it('leave Swagger UI what it needs, and no more', async () => {
    const page = await broker.call('GET', '/docs/');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("style-src 'self' 'unsafe-inline'");
    expect(policy).not.toMatch(/script-src|upgrade-insecure-requests/);
    const scripts = [...page.text.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(2);
    for (const [, attributes, inside] of scripts) {
      expect(attributes).toMatch(/ src="(?!http)/);
      expect(inside.trim()).toBe('');
    }
    expect(page.text).not.toMatch(/ on[a-z]+=/);
  });
});
