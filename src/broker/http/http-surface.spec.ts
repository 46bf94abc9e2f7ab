import { connect } from 'node:net';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS } from '../broker.fixture.js';
import { BODY_LIMIT } from './request-body.js';

let broker: BrokerFixture;

beforeAll(async () => {
  broker = await new BrokerFixture().start({ rest_host: '127.0.0.1' });
});

beforeEach(() => broker.call('GET', '/stop'));

afterAll(() => broker.remove());

/** All that comes back for some bytes. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(broker.port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', reject);
    socket.on('end', () => resolve(received));
  });
}

function error(status: number, message: string) {
  const text = expect.stringContaining(message);
  return { status, json: { state: 'error', status: text, message: text } };
}

describe('paths and methods', () => {
  it('take doubled and trailing slashes', async () => {
    const body = PARAMETERS;
    expect((await broker.call('POST', '//parameters/', { body })).status).toBe(200);
    expect((await broker.call('PUT', '//start_pulse_id//5')).status).toBe(200);
    expect((await broker.call('PUT', '/start_pulse_id/5/')).status).toBe(200);
    expect((await broker.call('GET', '///status//?a=//b')).json.status).toBe('receiving');
  });

  it.each(['/', '/nothing', '/start_pulse_id', '/status/more', '/favicon.ico'])(
    'answer 404 at %s',
    async (path) => {
      expect(await broker.call('GET', path)).toMatchObject(error(404, `Not found: ${path}.`));
    },
  );

  it.each([
    ['GET', '/parameters', 'POST'],
    ['PUT', '/parameters', 'POST'],
    ['GET', '/start_pulse_id/5', 'PUT'],
    ['POST', '//stop_pulse_id/5', 'PUT'],
    ['DELETE', '/status', 'GET'],
    ['POST', '/stop', 'GET'],
    ['POST', '/kill', 'GET'],
    ['HEAD', '/kill', 'GET'],
    ['HEAD', '/stop', 'GET'],
    ['OPTIONS', '/parameters', 'POST'],
    ['PATCH', '/STATUS/', 'GET'],
    ['PUT', '/requests', 'GET, POST', 'GET or POST'],
    ['PUT', '/requests/a%2Fb', 'DELETE, GET', 'DELETE or GET'],
    ['POST', '/docs', 'GET'],
    ['DELETE', '/metrics', 'GET'],
  ])('answer 405 to %s %s', async (method, path, allowed, words = allowed) => {
    const reply = await broker.call(method, path);
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe(allowed);
    if (method !== 'HEAD') expect(reply).toMatchObject(error(405, `use ${words}`));
  });

  it('let HEAD look', async () => {
    expect(await broker.call('HEAD', '/status')).toMatchObject({ status: 200, text: '' });
  });

  it('answer 400 to malformed escapes', async () => {
    expect(await broker.call('PUT', '/start_pulse_id/%zz')).toMatchObject(error(400, '%zz'));
  });

  it.each([
    ['of HTTP/1.0 that names no host', 'GET /status HTTP/1.0'],
    ['of HTTP/1.1 that names no host', 'GET /status HTTP/1.1\r\nConnection: close'],
    ['that names the whole URL', 'GET http://localhost//status HTTP/1.0'],
    [
      'that names the whole URL in HTTP/1.1',
      'GET http://127.0.0.1/status?x HTTP/1.1\r\nHost: a.example\r\nConnection: close',
    ],
  ])('answer a client %s', async (_what, call) => {
    expect(await raw(`${call}\r\n\r\n`)).toMatch(/ 200 OK[^]*"state":"ok"/);
  });

  it('do not take the host of a whole URL on trust', async () => {
    const call = 'GET http://a.example/status HTTP/1.1\r\nHost: localhost\r\nConnection: close';
    expect(await raw(`${call}\r\n\r\n`)).toMatch(/ 403 Forbidden[^]*a\.example/);
  });
});

describe('malformed HTTP', () => {
  const put = 'PUT /start_pulse_id/5 HTTP/1.1\r\nHost: localhost\r\n';
  it.each([
    ['an unknown method', 'FETCH /status HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a bad length', `${put}Content-Length: x\r\n\r\n`, 400],
    ['a bad chunk', `${put}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['noise', '\u0000\u0001\u0002\r\n\r\n', 400],
    ['large headers', `${put}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['very large headers', `${put}X: ${'x'.repeat(1_000_000)}\r\n\r\n`, 431],
    ['an expectation', `${put}Expect: wonders\r\nContent-Length: 5\r\n\r\n`, 417],
  ])('is refused as any call is: %s', async (_what, bytes, status) => {
    const failed = async () => Number((await broker.statistics()).calls_failed);
    const before = await failed();
    const [head, body] = (await raw(bytes)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/json');
    const reply = JSON.parse(body) as Record<string, unknown>;
    expect(reply).toEqual({ state: 'error', status: reply.message, message: reply.message });
    expect(reply.message).toContain("can't be understood");
    expect(await failed()).toBe(before + 1);
  });
});

describe('bodies', () => {
  const post = (body: string | Buffer, type: string | undefined = 'application/json') =>
    broker.call('POST', '/parameters', { body, headers: type ? { 'Content-Type': type } : {} });

  it.each([
    ['application/json; charset=utf-8'],
    ['Application/JSON;charset="UTF-8"'],
    ['application/json ;'],
  ])('are JSON as %s', async (type) => {
    expect((await post(JSON.stringify(PARAMETERS), type)).status).toBe(200);
  });

  it.each([[''], ['text/plain'], ['application/x-www-form-urlencoded'], ['application/jsonp']])(
    'are refused as %j',
    async (type) => {
      expect(await post(JSON.stringify(PARAMETERS), type)).toMatchObject(
        error(415, 'Content-Type: application/json'),
      );
    },
  );

  it('are refused in another character set or packed', async () => {
    expect((await post('{}', 'application/json; charset=latin1')).status).toBe(415);
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    expect((await broker.call('POST', '/parameters', { body: 'x', headers })).status).toBe(415);
  });

  it.each([
    ['malformed', '{"a": 1,}', 'position 8'],
    ['empty', '', 'end of JSON input'],
    ['not UTF-8', Buffer.from('{"a": "\xfc"}', 'latin1'), 'utf-8'],
    ['nested without end', '['.repeat(200_000) + ']'.repeat(200_000), 'nested'],
    ['a list', '[]', 'must be a JSON object'],
    ['null', 'null', 'must be a JSON object'],
    ['a text', '"x"', 'must be a JSON object'],
  ])('are refused when %s', async (_what, body, message) => {
    expect(await post(body)).toMatchObject(error(400, message));
  });

  it('of any kind are passed over at PUT', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'odd' };
    const reply = await broker.call('PUT', '/start_pulse_id/5', { body: '{broken', headers });
    expect(reply).toMatchObject({ status: 200, text: '' });
  });

  it('have a limited number of keys and values, all levels together', async () => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}`, 0]));
    const wide = keys(9_900);
    const accepted = await post(JSON.stringify({ ...PARAMETERS, ...wide, more: { x: 1 } }));
    expect(accepted.json).toMatchObject({ state: 'ok', parameters: wide });
    const refused: [object, RegExp][] = [
      [keys(100_000), /^The body has 10000\d keys; at most 10000 are allowed: send fewer\.$/],
      [{ more: { deep: keys(10_000) } }, /keys; at most 10000 are allowed/],
      [{ more: Array.from({ length: 300_000 }, () => []) }, /values; at most 250000 are allowed/],
      [
        { channels: Array.from({ length: 90_000 }, (_, n) => `/${n}`) },
        /are 90000; at most 50000 are allowed/,
      ],
      [{ channels: Array.from({ length: 900 }, () => '/') }, / and 880 more/],
    ];
    for (const [more, message] of refused) {
      const { status, json } = await post(JSON.stringify({ ...PARAMETERS, ...more }));
      expect({ status, message: json.message }).toEqual({
        status: 400,
        message: expect.stringMatching(message),
      });
    }
  });

  it('are taken up to 16 MiB', async () => {
    const empty = JSON.stringify({ ...PARAMETERS, more: '' });
    const more = 'x'.repeat(BODY_LIMIT - empty.length);
    expect((await post(JSON.stringify({ ...PARAMETERS, more }))).json.state).toBe('ok');
    expect(await post(JSON.stringify({ ...PARAMETERS, more: `${more}x` }))).toMatchObject(
      error(413, '16777216 bytes'),
    );
  });

  it.each([
    ['POST', '/parameters', BODY_LIMIT + 1],
    ['PUT', '/start_pulse_id/5', BODY_LIMIT + 1],
    ['PUT', '/no_such_path', BODY_LIMIT + 1],
  ])('over 16 MiB are refused at %s %s', async (method, path, size) => {
    const reply = await broker.call(method, path, { body: Buffer.alloc(size, ' ') });
    expect(reply).toMatchObject(error(413, 'larger than'));
    const headers = { 'Transfer-Encoding': 'chunked' };
    const chunked = await broker.call(method, path, { body: Buffer.alloc(size, ' '), headers });
    expect(chunked).toMatchObject(error(413, 'larger than'));
  });
});

it('lets a client send 40 MiB to the end that looks for no answer before', async () => {
  const size = 40 * 1024 * 1024;
  const socket = connect(broker.port, '127.0.0.1');
  socket.pause();
  socket.write(`POST /parameters HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${size}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(Buffer.alloc(size, ' '), (failure) => (failure ? reject(failure) : resolve()));
  });
  expect(await text(socket)).toMatch(/^HTTP\/1.1 413 [^]*larger than/);
});

describe('other web sites', () => {
  const CHANGES = [
    ['POST', '/parameters'],
    ['PUT', '/start_pulse_id/5'],
    ['PUT', '/stop_pulse_id/5'],
    ['GET', '/stop'],
    ['GET', '/kill'],
  ] as const;

  it.each(CHANGES)('can not trigger %s %s', async (method, path) => {
    const foreign: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://example.org' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:${broker.port + 1}` },
      { Referer: 'http://example.org/page.html' },
      { Referer: 'http://example.org/', 'Sec-Fetch-Site': 'none' },
    ];
    for (const headers of foreign) {
      expect(await broker.call(method, path, { headers })).toMatchObject(
        error(403, 'another site'),
      );
    }
    expect(await broker.statusWord()).toBe('stopped');
  });

  // As browsers send it over plain http to another machine, where they keep Sec-Fetch-* and, with a
  // GET, Origin to themselves; `referrerpolicy="no-referrer"` takes the Referer away as well.
  const IMAGE = {
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    Accept: 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
    'Accept-Language': 'en-US,en;q=0.5',
    'Accept-Encoding': 'gzip, deflate',
    Connection: 'keep-alive',
  };

  it.each(['/stop', '/kill'])('can not trigger %s by an image', async (path) => {
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    const pages: Record<string, string>[] = [{}, { Referer: 'http://example.org/' }];
    for (const page of pages) {
      const reply = await broker.call('GET', path, { headers: { ...IMAGE, ...page } });
      expect(reply).toMatchObject(error(403, "broker's own pages, / and /docs, or a program"));
    }
    expect(await broker.statusWord()).toBe('configured');
  });

  it('are told apart from Swagger UI by its Referer, which nothing keeps back', async () => {
    const page = await broker.call('GET', '/docs', { headers: IMAGE });
    expect(page.headers).toHaveProperty('referrer-policy', 'same-origin');
    expect(page.text).not.toMatch(/name=["']?referrer/i);
    const own = `http://127.0.0.1:${broker.port}`;
    const proofs: Record<string, string>[] = [
      { Referer: `${own}/docs` },
      { Origin: own },
      { 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'none' },
    ];
    for (const proof of proofs) {
      const reply = await broker.call('GET', '/stop', { headers: { ...IMAGE, ...proof } });
      expect(reply).toMatchObject({ status: 200, json: { state: 'ok' } });
    }
  });

  it("are not the broker's own page, nor a user who types", async () => {
    const Origin = `http://127.0.0.1:${broker.port}`;
    const own = { Origin, 'Sec-Fetch-Site': 'same-origin' };
    const calls: Record<string, string>[] = [own, { 'Sec-Fetch-Site': 'none' }, {}];
    for (const headers of calls) {
      const reply = await broker.call('POST', '/parameters', { body: PARAMETERS, headers });
      expect(reply.status).toBe(200);
    }
  });

  it('may look, and get no CORS header for it', async () => {
    const headers = { Origin: 'https://example.org', 'Sec-Fetch-Site': 'cross-site' };
    const reply = await broker.call('GET', '/status', { headers });
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.headers).join()).not.toContain('access-control');
  });

  it.each(['example.org', 'localhost.example.org', '127.0.0.1.example.org', '[x].y:1', 'a b.c'])(
    'can not lend the broker their name %s',
    async (host) => {
      for (const path of ['/status', '/docs', '/nothing']) {
        const reply = await broker.call('GET', path, { headers: { Host: host } });
        expect(reply).toMatchObject(error(403, '--allowed_hosts'));
      }
    },
  );

  it.each([
    'localhost',
    'localhost:10002',
    'LOCALHOST.',
    'broker.localhost:1',
    '192.168.1.2:10002',
    '[::1]:10002',
    'sf-daq-1:10002',
    hostname(),
  ])('do not own the name %s', async (host) => {
    expect((await broker.call('GET', '/status', { headers: { Host: host } })).status).toBe(200);
  });
});

it('logs a call that is tried again with the same result once, with a count', async () => {
  const body = { ...PARAMETERS, output_file: '' };
  for (let n = 0; n < 10; n++) await broker.call('POST', '/parameters', { body });
  const lines = () =>
    broker.log.filter(({ error }) => String(error).includes('output_file is empty'));
  // A machine that is too busy for calls in a row has a second line.
  const calls = () =>
    lines().reduce((sum, { not_logged_before = 0 }) => sum + 1 + Number(not_logged_before), 0);
  await expect.poll(calls, { timeout: 5000 }).toBe(10);
  expect(lines().length).toBeLessThan(5);
  expect(lines()[0]).toMatchObject({ level: 'WARNING', msg: 'call failed' });
});
