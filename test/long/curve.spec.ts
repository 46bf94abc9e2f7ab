import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { valuesOf } from '../support/hdf5.js';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  mkdirSync(join(beamline.folder, 'allowed'));
});

afterEach(() => beamline.clear());

async function keygen(...names: string[]): Promise<void> {
  await Promise.all(names.map((name) => beamline.run('keygen', name).succeeds()));
}

function allow(name: string): void {
  const file = `${name}.key`;
  copyFileSync(join(beamline.folder, file), join(beamline.folder, 'allowed', file));
}

const brokerWithKeys = () =>
  beamline.broker(
    '--curve_secret_key_file',
    'broker.key_secret',
    '--curve_allowed_keys',
    'allowed',
  );

const writerWithKeys = (own: string, broker: string) =>
  beamline.writer(
    ...['--curve_secret_key_file', `${own}.key_secret`],
    ...['--curve_server_key_file', `${broker}.key`],
  );

async function statistics(): Promise<Record<string, unknown>> {
  const { json } = await call('GET', `${beamline.url}/statistics`);
  return json.statistics as Record<string, unknown>;
}

it('a broker with keys has files written by a writer with an allowed key, and by no other', async () => {
  await keygen('broker', 'writer');
  const broker = await brokerWithKeys();
  const [without, writer] = await Promise.all([
    beamline.writer(),
    writerWithKeys('writer', 'broker'),
  ]);
  await broker.logged(/it has no CURVE keys, or not the public key/);
  await without.logged(/demands CURVE keys/);
  await broker.logged(/not in --curve_allowed_keys/);
  await writer.logged(/refused.*--curve_allowed_keys/);

  const file = beamline.file('run.h5');
  await acquire(beamline.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), 10, 12);
  expect(await statistics()).toMatchObject({
    ...{ requests_queued: 1, requests_sent: 0, writers_connected: 0, writers: [] },
    peers_refused: expect.any(Number),
  });

  // Allowed while the broker runs and the writer tries.
  allow('writer');
  expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([10n, 11n, 12n]);
  await broker.event((event) => event.msg === 'peer admitted' && event.key_owner === 'writer');
  await broker.logged('writer reports');
  for (const name of ['broker', 'writer']) {
    const text = readFileSync(join(beamline.folder, `${name}.key_secret`), 'utf8');
    const [, secret] = /secret-key = "(.*)"/.exec(text)!;
    for (const { said } of [broker, writer, without]) expect(said).not.toContain(secret);
  }
});

it('keys that others may read are refused, and none are overwritten', async () => {
  await keygen('broker');
  allow('broker');
  const secret = join(beamline.folder, 'broker.key_secret');
  expect(statSync(secret).mode & 0o777).toBe(0o600);
  const before = readFileSync(secret, 'utf8');
  const again = beamline.run('keygen', 'broker');
  expect(await again.exitCode()).toBe(1);
  expect(again.said).toContain('exists already');
  expect(readFileSync(secret, 'utf8')).toBe(before);

  chmodSync(secret, 0o640);
  const broker = beamline.run(
    ...['broker', '--rest_port', '0', '--output_port', '0', '--audit_file', beamline.trail],
    ...['--curve_secret_key_file', secret, '--curve_allowed_keys', 'allowed'],
  );
  expect(await broker.exitCode()).toBe(1);
  expect(broker.said).toContain('mode is 0640');
  expect(broker.said).toContain(`chmod 0600 '${secret}'`);
});
