import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor, writersConnected } from '../support/detector.js';
import { valuesOf } from '../support/hdf5.js';
import type { Service } from '../support/service.js';

let beamline: Beamline;
let broker: Service;
let writer: Service;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  [broker, writer] = await Promise.all([beamline.broker(), beamline.writer()]);
});

afterAll(() => beamline.clear());

function pulses(start: number, end: number): bigint[] {
  return Array.from({ length: end - start + 1 }, (_, n) => BigInt(start + n));
}

it('an acquisition is dealt out to two writers, one of which is killed and comes back', async () => {
  const file = (n: number) => beamline.file(`dealt${n}.h5`);
  const acquireRun = (n: number) =>
    acquire(beamline.url, parametersFor(file(n), ['SIMULATOR-PULSE-ID']), n * 1000, n * 1000 + 50);
  const writes = (service: Service) =>
    service.event(
      ({ msg, output_file }) =>
        msg === 'file written' && [file(1), file(2)].includes(output_file as string),
    );
  const other = await beamline.writer();
  await writersConnected(beamline.url, 2);
  await acquireRun(1);
  await acquireRun(2);
  await Promise.all([writes(writer), writes(other)]);

  await other.end('SIGKILL');
  await writersConnected(beamline.url, 1);
  await acquireRun(3);
  const again = await beamline.writer();
  await acquireRun(4);
  await acquireRun(5);
  for (const n of [1, 2, 3, 4, 5]) {
    const written = await valuesOf(file(n), '/data/SIMULATOR-PULSE-ID/data');
    expect(written).toEqual(pulses(n * 1000, n * 1000 + 50));
  }
  await again.end();
});

it('an acquisition survives a broker that is killed between start and stop', async () => {
  const file = beamline.file('survives.h5');
  await call('POST', `${beamline.url}/parameters`, parametersFor(file, ['SIMULATOR-PULSE-ID']));
  await call('PUT', `${beamline.url}/start_pulse_id/10`);
  await broker.end('SIGKILL');

  broker = await beamline.broker();
  expect((await call('GET', `${beamline.url}/status`)).json.status).toBe('receiving');
  await call('PUT', `${beamline.url}/stop_pulse_id/12`);
  expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([10n, 11n, 12n]);
  await broker.end('SIGKILL');

  broker = await beamline.broker();
  expect((await call('GET', `${beamline.url}/status`)).json.status).toBe('stopped');
  await call('PUT', `${beamline.url}/stop_pulse_id/12`);
  const lines = readFileSync(beamline.trail, 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.includes(file))).toHaveLength(1);
});
