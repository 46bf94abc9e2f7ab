// Makes docs/page.png: a broker, two writers and a simulated data buffer at work for a few minutes, and the page
// that shows them. `npm run screenshot`; needs a build and Chromium.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { smallPng } from './small-png.mjs';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const PICTURE = process.argv[2] ?? path('docs/page.png');
const RUNS = 36;
const PAUSE_MS = 3000;
const FIRST = 21_767_262_480;

const SCALARS = ['FLOAT64', 'FLOAT32', 'INT32', 'INT16', 'UINT16', 'UINT8', 'BOOL', 'STRING'].map(
  (type) => `SIMULATOR-SCALAR-${type}-1`,
);
const WAVEFORMS = ['FLOAT32', 'FLOAT64', 'INT16'].map(
  (type) => `SIMULATOR-WAVEFORM-${type}-1024-1`,
);
const CAMERA = 'SIMULATOR-CAMERA:FPICTURE';

const folder = mkdtempSync(join(tmpdir(), 'alvra-'));
const [rest, output, data] = [await freePort(), await freePort(), await freePort()];
const broker = `http://127.0.0.1:${rest}`;
const services = [];

try {
  run('simulator', '--port', data);
  run(
    ...['broker', '--rest_port', rest, '--output_port', output, '--output_host', '127.0.0.1'],
    ...['--audit_file', 'audit.log', '--output_root', folder],
  );
  for (const state of ['writer-1', 'writer-2']) {
    run(
      ...[
        'writer',
        `tcp://127.0.0.1:${output}`,
        '--data_api_url',
        `http://127.0.0.1:${data}/query`,
      ],
      ...['--output_root', folder, '--state_dir', state],
    );
  }
  while ((await overview())?.writers.length !== 2) await sleep(200);

  for (let number = 1; number <= RUNS; number++) {
    await acquire(number, channelsOf(number), 100 + ((number * 137) % 500));
    await stop(number, 100 + ((number * 137) % 500));
    await sleep(PAUSE_MS);
  }
  while ((await overview()).queue.under_way > 0) await sleep(200);
  // One is being written, and the next one comes in.
  await acquire(RUNS + 1, [...SCALARS, ...WAVEFORMS, CAMERA]);
  await stop(RUNS + 1, 4000);
  await acquire(RUNS + 2, [...SCALARS, ...WAVEFORMS, CAMERA]);

  const page = await open();
  await page.getByText('receiving').first().waitFor();
  await page.locator('progress').first().waitFor();
  await sleep(4000);
  writeFileSync(PICTURE, await smallPng(page, await page.screenshot()));
  await page.context().browser().close();
} finally {
  for (const service of services) service.kill('SIGKILL');
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}

function run(...args) {
  const main = path('dist/cli/main.js');
  services.push(spawn(process.execPath, [main, ...args.map(String)], { cwd: folder }));
}

async function open() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({
    viewport: { width: 1360, height: 770 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
  });
  await page.goto(broker);
  return page;
}

/** Of some runs a channel is missing, and of one the data buffer gives nothing. */
function channelsOf(number) {
  if (number % 17 === 0) return [...SCALARS, 'SIMULATOR-FAULT-HTTP-400-9'];
  if (number % 11 === 0) return [...SCALARS, 'SAROP11-PBPS110:INTENSITY'];
  if (number % 3 === 0) return [...SCALARS, CAMERA];
  return [...SCALARS, ...WAVEFORMS.slice(number % 3)];
}

async function acquire(number, channels) {
  const run_ = `run_${String(number).padStart(4, '0')}`;
  await call('POST', '/parameters', {
    'general/created': '2026-11-30 10:00:00',
    'general/user': 'p20841',
    'general/process': 'DIA',
    'general/instrument': 'alvra',
    output_file: `raw/${run_}/${run_}.BSDATA.h5`,
    channels,
  });
  await call('PUT', `/start_pulse_id/${FIRST + number * 10_000}`);
}

async function stop(number, pulses) {
  await call('PUT', `/stop_pulse_id/${FIRST + number * 10_000 + pulses - 1}`);
}

async function call(method, where, body) {
  const reply = await fetch(`${broker}${where}`, {
    method,
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${where}: ${await reply.text()}`);
}

/** Undefined while the broker starts. */
async function overview() {
  const reply = await fetch(`${broker}/overview`).catch(() => undefined);
  return (await reply?.json())?.overview;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
