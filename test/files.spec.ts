import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDataset } from '../src/hdf5/read/inspect.js';
import { Hdf5Library } from '../src/hdf5/library/hdf5-library.js';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { appeared } from './support/hdf5.js';

const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const WAVEFORM = 'SIMULATOR-WAVEFORM-FLOAT32-1024-1';
const STRING = 'SIMULATOR-SCALAR-STRING-1';
const IMAGE = 120 * 160;

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  mkdirSync(beamline.output);
});

afterEach(() => beamline.clear());

function files(what: string, query: Record<string, string>): string {
  return `${beamline.url}/files/${what}?${new URLSearchParams(query).toString()}`;
}

it('shows what was just acquired: packed images, waveforms, scalars, texts', async () => {
  await Promise.all([
    beamline.broker(),
    beamline.writer('--image_api_url', new URL('/', beamline.dataApi).href),
  ]);
  const channels = [CAMERA, SCALAR, WAVEFORM, STRING];
  await acquire(beamline.url, parametersFor('run.h5', channels), 1000, 1099);
  const library = await Hdf5Library.loadForReading();
  const [file, cameras] = [beamline.file('run.h5'), beamline.file('run.IMAGES.h5')];
  await Promise.all([file, cameras].map(appeared));

  const images = readDataset(library, cameras, `/data/${CAMERA}/data`) as Uint16Array;
  for (const [selection, expected] of [
    ['7', images.subarray(7 * IMAGE, 8 * IMAGE)],
    ['-1', images.subarray(24 * IMAGE)],
    [
      '3,10:12,::50',
      [10, 11].flatMap((y) => [0, 50, 100, 150].map((x) => images[3 * IMAGE + y * 160 + x])),
    ],
    ['::10,5,5', [0, 10, 20].map((i) => images[i * IMAGE + 5 * 160 + 5])],
  ] as const) {
    const query = { file: 'run.IMAGES.h5', path: `/data/${CAMERA}/data`, selection };
    const reply = await fetch(files('data', { ...query, format: 'bin', dtype: 'safe' }));
    const values = new Uint16Array(await reply.arrayBuffer());
    expect({
      selection,
      same: Buffer.from(values.buffer).equals(Buffer.from(Uint16Array.from(expected).buffer)),
    }).toEqual({ selection, same: true });
  }

  const { json: meta } = await call('GET', files('meta', { file, path: `/data/${SCALAR}` }));
  expect((meta.children as { name: string }[]).map(({ name }) => name)).toContain(
    'is_data_present',
  );
  const scalars = readDataset(library, file, `/data/${SCALAR}/data`);
  const table = await (await fetch(files('csv', { file, path: `/data/${SCALAR}` }))).text();
  const lines = table
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','));
  expect(lines.map(([id, , value]) => [id, Number(value)])).toEqual(
    Array.from(scalars, (value, i) => [String(1000 + i), value]),
  );
  expect(lines[0][1]).toMatch(/^\d{4}-\d\d-\d\dT.*\d{9}/);
  const waveforms = await (await fetch(files('csv', { file, path: `/data/${WAVEFORM}` }))).text();
  expect(waveforms.slice(0, 200)).toContain(`pulse_id,date,${WAVEFORM}[0],${WAVEFORM}[1],`);
  const refused = await call('GET', files('csv', { file: cameras, path: `/data/${CAMERA}` }));
  expect(refused).toMatchObject({
    code: 400,
    json: { message: expect.stringContaining('format=tiff') },
  });

  const asked = { file, channel: SCALAR, bins: '4' };
  const { json: coverage } = await call('GET', files('coverage', asked));
  expect(coverage).toMatchObject({
    start_pulse_id: 1000,
    stop_pulse_id: 1099,
    channels: [{ rows: 100, present: 100, bins: [25, 25, 25, 25] }],
  });
});

it('is not there where the page is off', async () => {
  await beamline.broker('--page', 'off');
  expect((await call('GET', files('meta', { file: 'a.h5' }))).code).toBe(404);
});
