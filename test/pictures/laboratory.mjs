import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { call, freePort, until, written } from './services.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const CHANNELS = ['LAB:LOAD', 'LAB:PULSE', 'LAB:WAVE'];
const PULSES = 100;

/** The data buffer of the examples, and a file of its data: on the page, and in silx. */
export async function laboratory(services, camera) {
  const [rest, output, data] = [await freePort(), await freePort(), await freePort()];
  const broker = `http://127.0.0.1:${rest}`;
  const query = `http://127.0.0.1:${data}/query`;
  services.start('python3', path('../../examples/data_buffer.py'), data);
  services.run(
    ...['start', '--data_api_url', query, '--output_root', services.folder],
    ...['--rest_port', rest, '--output_port', output],
    ...['--state_dir', 'state', '--audit_file', 'audit.log'],
  );
  const [start, stop] = await until(`${PULSES} pulses`, () => pulses(query));
  await until('the broker', () => call('GET', `${broker}/overview`));
  await call('POST', `${broker}/acquisitions`, {
    'general/created': new Date().toISOString(),
    'general/user': 'me',
    'general/process': 'example',
    'general/instrument': 'laboratory',
    output_file: 'first.h5',
    channels: CHANNELS,
    start_pulse_id: start,
    stop_pulse_id: stop,
  });
  await written(broker, 'first.h5');
  const file = services.file('first.h5');
  await camera.takeFile('own-data.png', broker, file, '/entry/LAB:WAVE');

  const picture = services.file('silx.png');
  await promisify(execFile)(
    '/usr/bin/python3',
    [path('silx_picture.py'), file, '/entry/LAB:WAVE', picture],
    { env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' } },
  );
  await camera.takeOver('silx.png', readFileSync(picture));
}

/** First and last of those that are stored; undefined while there are too few. */
async function pulses(query) {
  const now = Date.now() / 1000;
  const [channel] = await call('POST', query, {
    channels: [{ name: 'LAB:WAVE' }],
    range: { startSeconds: String(now - 60), endSeconds: String(now) },
  });
  const found = channel.data.map(({ pulseId }) => pulseId);
  return found.length >= PULSES ? [found[0], found[PULSES - 1]] : undefined;
}
