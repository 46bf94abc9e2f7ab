import { setTimeout as sleep } from 'node:timers/promises';
import { call, freePort, until, written } from './services.mjs';
import { terminalSvg } from './terminal-svg.mjs';

const RUNS = 36;
const PAUSE_MS = 3000;
const FIRST = 21_767_262_480;
/** In the first image from here on the spot is in the middle. */
const FIRST_OF_IMAGES = 21_767_263_190;

const SCALARS = ['FLOAT64', 'FLOAT32', 'INT32', 'INT16', 'UINT16', 'UINT8', 'BOOL', 'STRING'].map(
  (type) => `SIMULATOR-SCALAR-${type}-1`,
);
const WAVEFORMS = ['FLOAT32', 'FLOAT64', 'INT16'].map(
  (type) => `SIMULATOR-WAVEFORM-${type}-1024-1`,
);
const CAMERA = 'SIMULATOR-CAMERA:FPICTURE';
const ALL = [...SCALARS, ...WAVEFORMS, CAMERA];

/** A broker, two writers and a simulated data buffer at work for a few minutes: page, terminal, form, image. */
export async function beamline(services, camera) {
  const broker = await started(services);
  const overview = async () => (await call('GET', `${broker}/overview`)).overview;
  const post = (call_, body) => call('POST', `${broker}/${call_}`, body);
  const put = (call_) => call('PUT', `${broker}/${call_}`);
  const begin = async (number, channels) => {
    await post('parameters', parametersOf(number, channels));
    await put(`start_pulse_id/${FIRST + number * 10_000}`);
  };
  const end = (number, pulses) => put(`stop_pulse_id/${FIRST + number * 10_000 + pulses - 1}`);

  await until('two writers', async () => (await overview()).writers.length === 2);
  for (let number = 1; number <= RUNS; number++) {
    await begin(number, channelsOf(number));
    await end(number, 100 + ((number * 137) % 500));
    await sleep(PAUSE_MS);
  }
  await until('all files', async () => (await overview()).queue.under_way === 0);
  // One is being written, and the next one comes in.
  await begin(RUNS + 1, ALL);
  await end(RUNS + 1, 4000);
  await begin(RUNS + 2, ALL);

  const page = await camera.look(broker, { width: 1360, height: 770 });
  await page.getByText('receiving').first().waitFor();
  await page.locator('progress').first().waitFor();
  await sleep(4000);
  const status = await services.drawn('status', '--watch', '--broker_url', broker);
  await camera.take('page.png', page);
  camera.keep('status.svg', Buffer.from(terminalSvg('sf-databuffer status --watch', status)));

  await camera.takePanel('acquire.png', await form(camera, broker));

  await post('acquisitions', {
    ...parametersOf(RUNS + 3, [CAMERA]),
    start_pulse_id: FIRST_OF_IMAGES,
    stop_pulse_id: FIRST_OF_IMAGES + 99,
  });
  const images = fileOf(RUNS + 3).replace('.h5', '.IMAGES.h5');
  await written(broker, images);
  await camera.takeFile('viewer.png', broker, services.file(images), `/entry/${CAMERA}`);
}

async function started(services) {
  const [rest, output, data] = [await freePort(), await freePort(), await freePort()];
  const dataApi = `http://127.0.0.1:${data}`;
  const roots = ['--output_root', services.folder];
  services.run('simulator', '--port', data);
  services.run(
    ...['broker', '--rest_port', rest, '--output_port', output, '--output_host', '127.0.0.1'],
    ...['--audit_file', 'audit.log', '--channel_search_url', dataApi, ...roots],
  );
  for (const state of ['writer-1', 'writer-2']) {
    services.run(
      ...['writer', `tcp://127.0.0.1:${output}`, '--data_api_url', `${dataApi}/query`],
      ...['--state_dir', state, ...roots],
    );
  }
  return `http://127.0.0.1:${rest}`;
}

/** @returns the page with the form, filled in */
async function form(camera, broker) {
  const page = await camera.look(`${broker}/#/acquire`, { width: 1180, height: 810 });
  const field = (name) => page.getByLabel(name, { exact: true });
  await field('File').fill('raw/run_0040/run_0040.BSDATA.h5');
  await field('First pulse').fill(String(FIRST));
  await field('Last pulse').fill(String(FIRST + 999));
  for (const name of [SCALARS[0], WAVEFORMS[0], CAMERA]) {
    await field('Channels').fill(name);
    await page.keyboard.press('Enter');
  }
  return page;
}

/** Of some runs a channel is missing, and of one the data buffer gives nothing. */
function channelsOf(number) {
  if (number % 17 === 0) return [...SCALARS, 'SIMULATOR-FAULT-HTTP-400-9'];
  if (number % 11 === 0) return [...SCALARS, 'SAROP11-PBPS110:INTENSITY'];
  if (number % 3 === 0) return [...SCALARS, CAMERA];
  return [...SCALARS, ...WAVEFORMS.slice(number % 3)];
}

function fileOf(number) {
  const run = `run_${String(number).padStart(4, '0')}`;
  return `raw/${run}/${run}.BSDATA.h5`;
}

function parametersOf(number, channels) {
  return {
    'general/created': '2026-11-30 10:00:00',
    'general/user': 'p20841',
    'general/process': 'DIA',
    'general/instrument': 'alvra',
    output_file: fileOf(number),
    channels,
  };
}
