import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api4Server } from '../api4-server.fixture.js';
import { PULSES, scalars, timeOfPulse } from '../support/api4/zoo.js';
import { Beamline } from '../support/beamline.js';
import { acquire, parametersFor, reportOf } from '../support/detector.js';
import { valuesOf } from '../support/hdf5.js';
import { poll } from '../support/poll.js';

let beamline: Beamline;
let server: Api4Server;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker('--lease', '1');
});

afterAll(async () => {
  await server.stop();
  await beamline.clear();
});

const writer = (...flags: string[]) =>
  beamline.writer(...server.flags, '--heartbeat', '0.2', ...flags);

it('the next writer writes what one was killed at, and one that hangs held nobody up', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `K${i}`);
  server = await Api4Server.start({
    timeOfPulse,
    channels: names.map(scalars),
    scripts: new Map(
      names.map((name) => [
        name,
        // The others take long enough to be under way together.
        name === 'K2' ? [{ events: 5, ending: 'hangs' as const }, {}] : [{ latency: 100 }],
      ]),
    ),
  });
  const killed = await writer('--channels_at_once', '3');
  const file = beamline.file('killed.h5');
  await acquire(beamline.url, parametersFor(file, names), PULSES.start, PULSES.stop);
  // One that hangs holds nobody: all others are asked meanwhile.
  await poll(() => server.channelsAsked.length === names.length || undefined);
  expect(server.mostAtOnce).toBe(3);
  await killed.end('SIGKILL');
  const next = await writer();
  expect(await reportOf(beamline.url, 'killed.h5')).toMatchObject({
    state: 'written',
    rows: 8 * 80,
  });
  expect(await valuesOf(file, '/data/K2/data')).toHaveLength(80);
  const isOfThis = (name: string) => name.includes('killed');
  expect(readdirSync(beamline.output).filter(isOfThis)).toEqual(['killed.h5']);
  await next.end();
});
