import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { timestampOf } from '../src/databuffer/simulator/pulse-clock.js';
import { HAS_H5PY } from '../src/hdf5/python.fixture.js';
import { Api4Server, type ServerOptions } from './api4-server.fixture.js';
import { differences, mappingsAsked } from './support/api4/compare.js';
import { forwardedTo } from './support/api4/forward.js';
import { randomChannels } from './support/api4/random-channel.js';
import { isoTime, type ReplyScript } from './support/api4/reply-script.js';
import { ALL_TYPES, ODD_ONES, PULSES, scalars, timeOfPulse } from './support/api4/zoo.js';
import { Beamline } from './support/beamline.js';
import { valuesOf } from './support/hdf5.js';
import type { Service } from './support/service.js';
import { someOf } from './support/tries.js';

const RANGE = { startPulseId: PULSES.start, endPulseId: PULSES.stop };
const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';

let beamline: Beamline;
let server: Api4Server;

beforeAll(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => server.stop());
afterAll(() => beamline.clear());

/** A request as it stands in a file. */
function request(file: string, names: readonly string[], parameters = {}, range: object = RANGE) {
  const channels = names.map((name) => ({
    name,
    backend: name.endsWith(':FPICTURE') ? 'sf-imagebuffer' : 'sf-databuffer',
  }));
  return {
    data_api_request: { channels, range },
    parameters: { output_file: file, output_file_format: 'compact', ...parameters },
  };
}

/** Channels that something was said of, and the codes of it. */
function codesIn(service: Service, message: string): Record<string, string> {
  const events = service.events.filter(({ msg }) => msg === message);
  return Object.fromEntries(
    events.map(({ channel, code, problems }) => [
      channel,
      code ??
        String(problems)
          .match(/\w+(?=: \d+ point)/g)
          ?.join(),
    ]),
  ) as Record<string, string>;
}

/** Has files written by `sf-databuffer write`. */
async function write(
  options: Partial<ServerOptions>,
  requests: readonly object[],
  flags: (server: Api4Server) => string[] = () => [],
) {
  server = await Api4Server.start({ channels: [], timeOfPulse, ...options });
  const file = join(beamline.folder, 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  const writing = beamline.run(
    ...['write', file, ...beamline.writerFlags(), ...server.flags, ...flags(server)],
  );
  await writing.succeeds();
  return writing;
}

it.runIf(HAS_H5PY)(
  'files have all types, however replies are spelled, cut and broken',
  async () => {
    const spelled: readonly (readonly ReplyScript[])[] = [
      [{}],
      [{ seed: 1, batch: 7, isNoisy: true }],
      [{ seed: 2, batch: 30, style: { indefinite: true } }],
      [{ batch: 16, body: 'gzip', style: { wide: true } }],
      [{ seed: 3, batch: 9, body: 'length', style: { isShuffled: true, hasUnknownKeys: true } }],
      [{ seed: 4, batch: 12, final: 'first' }],
      [{ seed: 5, batch: 12, final: 'twice', isNoisy: true }],
      [{ batch: 11, events: 20, final: 'missing' }, { batch: 5 }],
      [{ batch: 11, events: 20, final: 'missing', hasContinueAt: true }, {}],
      [{ seed: 6, batch: 8, ending: 'in a frame' }, {}],
      [{ seed: 7, batch: 8, events: 40, ending: 'breaks' }, {}],
      [{ status: 500 }, {}],
    ];
    const channels = [...ALL_TYPES, ...ODD_ONES];
    const scripts = new Map(channels.map(({ name }, i) => [name, spelled[i % spelled.length]]));
    const names = channels.map(({ name }) => name);
    const everyPulse = ['SCALAR:f64', 'SCALAR:enum', 'SCALAR:string', 'LENGTHS:differ'];
    const writing = await write({ channels, scripts }, [
      request('all.h5', [...names, CAMERA, 'GONE']),
      request('extended.h5', [...everyPulse, 'NO-PULSES:scalar'], { output_file_format: 'ext' }),
    ]);

    expect(differences(beamline.file('all.h5'), channels)).toEqual([]);
    const inBoth = channels.filter(({ name }) => everyPulse.includes(name));
    expect(differences(beamline.file('extended.h5'), inBoth)).toEqual([]);
    const problems = Object.entries(codesIn(writing, 'channel has problems'));
    // Frames of a later version are in the way of nothing.
    const strange = problems.filter(([, codes]) => codes.includes('unknown_frame'));
    expect(strange).not.toEqual([]);
    const others = problems.filter(([, codes]) => codes !== 'unknown_frame');
    expect(Object.fromEntries(others)).toEqual({
      'LENGTHS:differ': expect.stringContaining('wrong_length'),
      'LENGTHS:some-empty': 'wrong_length',
      'NO-PULSES:scalar': 'no_pulse_ids',
      'NO-PULSES:waveform': 'no_pulse_ids',
      // The pulse behind the last has its time.
      'TIMES:equal': 'outside_range_dropped',
    });
    expect(codesIn(writing, 'channel not written')).toEqual({
      GONE: 'missing',
      [CAMERA]: expect.any(String),
      'NO-PULSES:scalar': 'no_pulse_ids',
    });
    const camera = writing.events.find(({ channel }) => channel === CAMERA);
    expect(camera?.error).toContain('--image_api_url');
    expect(server.misunderstood).toEqual([]);
    // Two requests.
    expect(mappingsAsked(server)).toEqual({
      [`/api/4/map/pulse/sf-databuffer/${PULSES.start}`]: 2,
      [`/api/4/map/pulse/sf-databuffer/${PULSES.stop + 1}`]: 2,
    });
    const asked = server.askedFor('/api/4/events').map(({ query }) => query);
    const ends = asked.map((query) => query.get('endDate'));
    expect(new Set(ends)).toEqual(new Set([isoTime(timeOfPulse(PULSES.stop + 1))]));
    const begins = names.map((name) => asked.find((query) => query.get('channelName') === name));
    expect(new Set(begins.map((query) => query?.get('begDate')))).toEqual(
      new Set([isoTime(timeOfPulse(PULSES.start))]),
    );
    expect(readdirSync(beamline.output).filter((name) => !name.endsWith('.json'))).toEqual([
      ...['all.h5', 'extended.h5'],
    ]);
  },
);

it.runIf(HAS_H5PY)('files have what random channels have', async () => {
  const seeds = someOf([1, 2, 3, 4]).map((seed) => randomChannels(seed, 10));
  const files = seeds.map((_, i) => `random${i}.h5`);
  const all = seeds.flatMap((random, i) =>
    random.map(({ channel, scripts }) => ({
      channel: { ...channel, name: `${i}-${channel.name}` },
      scripts,
    })),
  );
  const channels = all.map(({ channel }) => channel);
  const scripts = new Map(all.map(({ channel, scripts }) => [channel.name, scripts]));
  const ofFile = (i: number) => channels.filter(({ name }) => name.startsWith(`${i}-`));
  const requests = files.map((file, i) =>
    request(
      file,
      ofFile(i).map(({ name }) => name),
    ),
  );
  await write({ channels, scripts }, requests);
  expect(files.map((file, i) => differences(beamline.file(file), ofFile(i)))).toEqual(
    files.map(() => []),
  );
  expect(server.misunderstood).toEqual([]);
});

it('pulses are mapped once for cameras as well, and one channel at a time keeps its order', async () => {
  const toOther = forwardedTo(new URL(beamline.dataApi).origin);
  const pulses = { start: 1000, stop: 1099 };
  const names = ['C', 'A', 'B'];
  const channels = names.map((name) => ({
    ...scalars(name),
    events: Array.from({ length: 100 }, (_, i) => ({
      ...{ pulse: pulses.start + i, time: timestampOf(pulses.start + i), value: i },
    })),
  }));
  await write(
    { channels, timeOfPulse: timestampOf, otherApi: toOther.answer },
    [request('camera.h5', [CAMERA, ...names], {}, { startPulseId: 1000, endPulseId: 1099 })],
    ({ origin }) => ['--image_api_url', `${origin}/api/1`, '--channels_at_once', '1'],
  );
  const file = beamline.file('camera.h5');
  expect(await valuesOf(file, `/data/${CAMERA}/pulse_id`)).toHaveLength(25);
  expect(await valuesOf(file, '/data/A/data')).toEqual(channels[1].events.map((_, i) => i));
  expect(server.mostAtOnce).toBe(1);
  expect(server.channelsAsked).toEqual(names);
  expect(mappingsAsked(server)).toEqual({
    '/api/4/map/pulse/sf-databuffer/1000': 1,
    '/api/4/map/pulse/sf-databuffer/1100': 1,
  });
  expect(toOther.asked.map(({ path }) => path)).toEqual([
    '/api/1/query',
    expect.stringMatching(/^\/api\/1\/requestStatus\//),
  ]);
  expect(server.askedFor('/api/4/events')[0].query.get('begDate')).toBe(isoTime(timestampOf(1000)));
});
