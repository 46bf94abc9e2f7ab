import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Hdf5Library } from '../src/hdf5/library/hdf5-library.js';
import { inspectFile } from '../src/hdf5/read/inspect.js';
import { Api4Server } from './api4-server.fixture.js';
import { mappingsAsked } from './support/api4/compare.js';
import { dataFrame, framed } from './support/api4/frames.js';
import type { ReplyScript } from './support/api4/reply-script.js';
import { PULSES, scalars, timeOfPulse } from './support/api4/zoo.js';
import { Beamline } from './support/beamline.js';
import { acquire, parametersFor, reportOf } from './support/detector.js';
import { valuesOf } from './support/hdf5.js';
import type { Service } from './support/service.js';

let beamline: Beamline;
let server: Api4Server;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker('--lease', '1');
});

afterEach(() => server.stop());
afterAll(() => beamline.clear());

const writer = (...flags: string[]): Promise<Service> =>
  beamline.writer(...server.flags, '--heartbeat', '0.2', ...flags);

it('a report says what is complete, and what is wrong with which channel', async () => {
  const [whole] = scalars('NO-TIME').events.filter(({ pulse }) => pulse === PULSES.start);
  const timeless = { ...whole, time: 2n ** 63n };
  const lying = [
    ...[whole, timeless].map((event) => dataFrame(scalars('NO-TIME'), [event])),
    framed(Buffer.of(0xff)),
  ];
  const troubles: Record<string, readonly ReplyScript[]> = {
    'NEVER-FINAL': [
      { events: 30, final: 'missing' },
      { final: 'missing', events: 0 },
    ],
    'HIDDEN-ERROR': [{ status: 500 }],
    'TOLD-ERROR': [{ events: 10, error: 'disk is on fire' }],
    'NO-LONGER-BUSY': [{ status: 500, message: 'busy' }, { status: 408 }, {}],
    'NO-TIME': [{ pieces: () => lying }],
  };
  const names = ['Z', ...Object.keys(troubles), 'A'];
  server = await Api4Server.start({
    timeOfPulse,
    channels: names.map(scalars),
    scripts: new Map(Object.entries(troubles)),
    mapping: [204],
  });
  const service = await writer('--data_wait', '4');
  const file = beamline.file('told.h5');
  const parameters = parametersFor(file, [...names, 'GONE']);
  await acquire(beamline.url, parameters, PULSES.start, PULSES.stop);
  const report = await reportOf(beamline.url, 'told.h5');
  expect(report.state).toBe('written');
  expect(report.channels.map(({ name, rows, failure }) => [name, rows, failure?.code])).toEqual([
    ['Z', 80, undefined],
    ['NEVER-FINAL', 30, 'incomplete'],
    ['HIDDEN-ERROR', 0, 'http_status'],
    ['TOLD-ERROR', 10, 'server_error'],
    ['NO-LONGER-BUSY', 80, undefined],
    ['NO-TIME', 1, 'malformed_reply'],
    ['A', 80, undefined],
    ['GONE', 0, 'missing'],
  ]);
  const said = report.channels.map(({ failure }) => failure?.message ?? '');
  expect(said[3]).toContain('disk is on fire');
  expect(await valuesOf(file, '/data/NEVER-FINAL/data')).toHaveLength(30);
  const [root] = inspectFile(await Hdf5Library.load(), file).groups;
  expect(root.attributes.failed_channels).toEqual([
    'NEVER-FINAL',
    'HIDDEN-ERROR',
    'TOLD-ERROR',
    'NO-TIME',
  ]);
  expect(mappingsAsked(server)).toEqual({
    [`/api/4/map/pulse/sf-databuffer/${PULSES.start}`]: 2,
    [`/api/4/map/pulse/sf-databuffer/${PULSES.stop + 1}`]: 2,
  });
  expect(server.misunderstood).toEqual([]);
  await service.end();
});
