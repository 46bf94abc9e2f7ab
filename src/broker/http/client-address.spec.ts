import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { hopsOfForwarded, hopsOfForwardedFor } from './forwarded.js';

describe('hops in Forwarded', () => {
  it.each([
    ['for=192.0.2.43', ['192.0.2.43']],
    ['For="[2001:db8:cafe::17]:4711"', ['2001:db8:cafe::17']],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
    ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
    ['for=192.0.2.43,, proto=http ;FOR="198.51.100.17:80"', ['192.0.2.43', '198.51.100.17']],
    ['for=_gazonk, for="_a:_b", for=unknown, by=10.0.0.1', Array.from({ length: 4 })],
    ['for="a, for=1.1.1.1;x=\\"", for=2.2.2.2', [undefined, '2.2.2.2']],
    ['for="::ffff:10.1.2.3"', ['10.1.2.3']],
    ['for="\\1.2.3.4"', ['1.2.3.4']],
    ['for=""', [undefined]],
    ['', []],
  ])('%s', (header, hops) => expect(hopsOfForwarded(header)).toEqual(hops));

  it.each([
    'for="1.1.1.1',
    'for="x, for="[2001:db8::1]"',
    'for=1.1.1.1 for=2.2.2.2',
    'for=1.1.1.1;for=2.2.2.2',
    'for=[::1]',
    'for',
    '=1.1.1.1',
    'for=1.1.1.1;\u0000',
  ])('%j tells nothing', (header) => expect(hopsOfForwarded(header)).toBeUndefined());
});

it('hops in X-Forwarded-For may have ports and brackets', () => {
  expect(
    hopsOfForwardedFor(' 10.1.1.1:80, [fd00::1]:443,, fd00::2 ,::ffff:10.0.0.1,unknown,10.1,host'),
  ).toEqual(['10.1.1.1', 'fd00::1', 'fd00::2', '10.0.0.1', undefined, undefined, undefined]);
});

describe('the address of a call', () => {
  let broker: BrokerFixture;

  beforeEach(async () => {
    broker = await new BrokerFixture().start({
      ...{ trusted_proxies: '127.0.0.2,10.9.0.0/16', allow_from: '127.0.0.1,10.1.0.0/16,fd00::/8' },
      calls_per_second: 2,
    });
  });

  afterEach(() => broker.remove());

  async function callFrom(localAddress: string, headers: OutgoingHttpHeaders, path = '/status') {
    const outgoing = request({ host: '127.0.0.1', port: broker.port, localAddress, path, headers });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const { message } = JSON.parse(await text(response)) as { message?: string };
    return { status: response.statusCode, message };
  }

  it.each([
    [{ 'X-Forwarded-For': '10.1.2.3' }, 200],
    [{ Forwarded: 'for="[fd00::1]:80"' }, 200],
    [{ Forwarded: 'for=10.1.2.3', 'X-Forwarded-For': '10.1.2.3' }, 200],
    // Its own claim stands before what the proxy says.
    [{ 'X-Forwarded-For': '10.1.2.3, 192.0.2.1' }, 403],
    [{ 'X-Forwarded-For': ['10.1.2.3', '192.0.2.1'] }, 403],
    [{ Forwarded: 'for=10.1.2.3, for=192.0.2.1' }, 403],
    // Another trusted proxy before.
    [{ 'X-Forwarded-For': '192.0.2.1, 10.1.2.3, 10.9.1.1' }, 200],
    [{ 'X-Forwarded-For': '10.1.2.3, 192.0.2.1, 10.9.1.1' }, 403],
    // Of a proxy that says it in one header, the other may be the client's.
    [{ Forwarded: 'for=10.1.2.3', 'X-Forwarded-For': '192.0.2.1' }, 400],
    [{ Forwarded: 'for=192.0.2.1', 'X-Forwarded-For': '10.1.2.3' }, 400],
    [{ Forwarded: 'for="10.1.2.3, for=10.1.2.3' }, 400],
    [{ Forwarded: 'for=unknown' }, 400],
    [{ Forwarded: 'for=unknown, for=10.1.2.3' }, 200],
    // The proxy's own call; it is in no list.
    [{}, 403],
  ])('through a trusted proxy with %j: %i', async (headers, status) => {
    expect(await callFrom('127.0.0.2', headers)).toMatchObject({ status });
  });

  it('is the peer’s for anybody else, whatever it claims', async () => {
    const claims = { 'X-Forwarded-For': '10.1.2.3', Forwarded: 'for=10.1.2.3' };
    const refused = { status: 403, message: expect.stringMatching(/^127\.0\.0\.3 may not use/) };
    expect(await callFrom('127.0.0.3', claims)).toEqual(refused);
    const own = { 'X-Forwarded-For': '192.0.2.1' };
    expect(await callFrom('127.0.0.1', own)).toMatchObject({ status: 200 });
  });

  it('is told, with what to do, where proxies leave it open', async () => {
    const two = { Forwarded: 'for=10.1.2.3', 'X-Forwarded-For': '192.0.2.1' };
    expect(await callFrom('127.0.0.2', two)).toEqual({
      status: 400,
      message:
        'The proxy 127.0.0.2 leaves open from where this call comes: Forwarded says 10.1.2.3, ' +
        'X-Forwarded-For says 192.0.2.1: have it remove the one that it does not write.',
    });
    const hidden = await callFrom('127.0.0.2', { 'X-Forwarded-For': 'unknown, 10.9.1.1' });
    expect(hidden.message).toMatch(/does not tell from which address 10\.9\.1\.1 had it/);
  });

  it('has a rate of calls of its own, and is named in the log', async () => {
    const calls = async (address: string) =>
      Promise.all(
        [1, 2, 3].map(() => callFrom('127.0.0.2', { 'X-Forwarded-For': address }, '/stop')),
      );
    const [one, other] = await Promise.all([calls('10.1.0.1'), calls('10.1.0.2')]);
    for (const replies of [one, other]) {
      expect(replies.map(({ status }) => String(status)).toSorted()).toEqual(['200', '200', '429']);
    }
    const peers = broker.log
      .filter(({ msg }) => msg === 'call failed')
      .map(({ peer }) => String(peer));
    expect(peers.toSorted()).toEqual(['10.1.0.1', '10.1.0.2']);
  });
});
