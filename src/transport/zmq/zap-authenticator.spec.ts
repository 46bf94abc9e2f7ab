import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { curveKeyPair } from 'zeromq';
import { ZapAuthenticator } from './zap-authenticator.js';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import { AllowedKeys } from './curve/allowed-keys.js';
import { certificateText } from './curve/certificate.js';
import { OWN_PATTERNS } from '../own-patterns.js';
import { IN_OWN_WORDS } from './own-telling.js';
import type { PeerSecurity } from './socket-options.js';
import { ZmqClient } from './zmq-client.js';
import { ZmqServer } from './zmq-server.js';

const OWN = { patterns: OWN_PATTERNS, telling: IN_OWN_WORDS };
const REQUEST = { data_api_request: '{}', parameters: '{}', timestamp: 1 };

const broker = curveKeyPair();
const writer = curveKeyPair();
const logged: string[] = [];
const open: (() => Promise<void>)[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  for (const level of ['log', 'warn', 'error'] as const) {
    vi.spyOn(Logger.prototype, level).mockImplementation((message: string, fields: unknown) => {
      logged.push(`${message} ${JSON.stringify(fields)}`);
    });
  }
});

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
  logged.length = 0;
  vi.restoreAllMocks();
});

const allow = (name: string, publicKey: string) =>
  writeFileSync(join(folder, `${name}.key`), certificateText({ publicKey }));

async function guarded(addresses?: string[], secretKey?: string) {
  const allowed = new AllowedKeys(folder, 'curve_allowed_keys');
  const authenticator = new ZapAuthenticator({
    addresses: new AllowedAddresses(addresses),
    ...(secretKey !== undefined && { curve: { secretKey, allowed } }),
  });
  await authenticator.onApplicationBootstrap();
  open.push(() => authenticator.onApplicationShutdown());
  const security = authenticator.socketOptions;
  const client = new ZmqClient({ address: 'tcp://127.0.0.1:*', linger: 0, security, ...OWN });
  await client.connect();
  open.push(() => client.close());
  return { authenticator, client };
}

/** A writer's end, and what it received. */
async function puller(client: ZmqClient, security: PeerSecurity) {
  const received: unknown[] = [];
  const server = new ZmqServer({
    address: client.lastEndpoint!,
    mode: 'connect',
    ...OWN,
    onRejected: (_frames, error) => expect.unreachable(error.message),
    security,
  });
  server.addHandler('write_request', async (data: unknown) => void received.push(data), true);
  await server.listen((error) => expect(error).toBeUndefined());
  open.push(() => server.close());
  return received;
}

const keysOf = (own = writer, server = broker.publicKey): PeerSecurity => ({
  curvePublicKey: own.publicKey,
  curveSecretKey: own.secretKey,
  curveServerKey: server,
});

async function says(text: string): Promise<void> {
  await expect.poll(() => logged.join('\n')).toContain(text);
}

describe('peers are let in', () => {
  it('with an allowed key', async () => {
    allow('sf-writer-1', writer.publicKey);
    writeFileSync(join(folder, 'broken.key'), 'no certificate');
    const { client } = await guarded(['127.0.0.1'], broker.secretKey);
    const received = await puller(client, keysOf());
    await lastValueFrom(client.emit('write_request', REQUEST));
    await expect.poll(() => received).toEqual([REQUEST]);
    await says('peer admitted {"peer":"127.0.0.1","key_owner":"sf-writer-1"}');
  });
});

describe('peers are refused, and both ends say why', () => {
  it.each([
    ['no keys', () => ({}), 'has no CURVE keys', 'demands CURVE keys'],
    [
      'the wrong key of the broker',
      () => keysOf(writer, writer.publicKey),
      'not the public key of this broker',
      'not the key of this broker',
    ],
    [
      'a key that is not allowed',
      () => keysOf(curveKeyPair()),
      '--curve_allowed_keys {"peer":"127.0.0.1","public_key":"',
      'refused: this address',
    ],
  ])('for %s', async (_what, security, bound, connecting) => {
    allow('sf-writer-1', writer.publicKey);
    const { client } = await guarded(undefined, broker.secretKey);
    const received = await puller(client, security());
    void lastValueFrom(client.emit('write_request', REQUEST)).catch(() => 'never sent');
    await says(bound);
    await says(connecting);
    expect({ received, peers: client.connectedPeers }).toEqual({ received: [], peers: 0 });
  });

  it('for keys that nobody asks for', async () => {
    const { client } = await guarded();
    await puller(client, keysOf());
    await says('runs without --curve_secret_key_file');
    expect(client.connectedPeers).toBe(0);
  });

  it('for their address, keys or not', async () => {
    allow('sf-writer-1', writer.publicKey);
    const { client, authenticator } = await guarded(['10.0.0.0/8'], broker.secretKey);
    await puller(client, keysOf());
    await says('--allow_from {"peer":"127.0.0.1"}');
    expect(authenticator.refusedPeers).toBe(1);
  });

  it("while the allowed keys can't be read", async () => {
    const { client } = await guarded(undefined, broker.secretKey);
    rmSync(folder, { recursive: true });
    await puller(client, keysOf());
    await says("the allowed keys can't be read");
    mkdirSync(folder);
    expect(client.connectedPeers).toBe(0);
  });
});

it('does not start without the folder of allowed keys', async () => {
  const curve = { secretKey: broker.secretKey, allowed: new AllowedKeys('/nowhere', 'keys') };
  const authenticator = new ZapAuthenticator({ addresses: new AllowedAddresses(), curve });
  await expect(authenticator.onApplicationBootstrap()).rejects.toMatchObject({
    code: 'curve_key_unusable',
  });
});
