import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Hdf5Library } from '../src/hdf5/library/hdf5-library.js';
import { inspectFile } from '../src/hdf5/read/inspect.js';
import type { WriteReport } from '../src/report/write-report.js';
import { Api4Server } from './api4-server.fixture.js';
import { mappingsAsked } from './support/api4/compare.js';
import { dataFrame, framed } from './support/api4/frames.js';
import type { ReplyScript } from './support/api4/reply-script.js';
import { PULSES, scalars, timeOfPulse } from './support/api4/zoo.js';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { valuesOf } from './support/hdf5.js';
import { poll } from './support/poll.js';
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

async function reportOf(file: string): Promise<WriteReport> {
  return poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests?limit=1&output_file=${file}`);
    const [{ request_id, state }] = json.requests as Record<string, string>[];
    if (!['written', 'failed'].includes(state)) return undefined;
    const { json: record } = await call('GET', `${beamline.url}/requests/${request_id}`);
    return (record.request as { report: WriteReport }).report;
  });
}

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
  const report = await reportOf('told.h5');
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
  expect(await reportOf('killed.h5')).toMatchObject({ state: 'written', rows: 8 * 80 });
  expect(await valuesOf(file, '/data/K2/data')).toHaveLength(80);
  const isOfThis = (name: string) => name.includes('killed');
  expect(readdirSync(beamline.output).filter(isOfThis)).toEqual(['killed.h5']);
  await next.end();
});
