import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { localStamp } from '../../audit/local-time.js';
import { pulseIdAt } from '../../databuffer/simulator/pulse-clock.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { type FileSummary, inspectFile } from '../../hdf5/read/inspect.js';
import { isCamera } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { cameraFileOf } from '../../request/write-request.js';
import type { CommandLine } from '../command-line.js';
import type { LocalServices } from '../local-services.js';
import {
  LOCAL_DEFAULTS,
  LOCAL_SETTINGS,
  OWN_DATA_SETTINGS,
  SETTLED_SETTINGS,
  simulated,
} from '../local-settings.js';
import { settingsCommand } from '../settings-command.js';
import { channelLines } from './channel-lines.js';
import { Dia } from './dia.js';
import { fileTree } from './file-tree.js';
import { showPulses } from './pulse-bar.js';
import { verifyFile } from './verify-file.js';

/** Three seconds at 100 Hz. */
const PULSES = 300;
const MAX_WAIT_MS = 60_000;

const CHANNELS = [
  'SIMULATOR-PULSE-ID',
  'SIMULATOR-SCALAR-FLOAT64-1',
  'SIMULATOR-WAVEFORM-FLOAT32-1024-1',
  'SIMULATOR-SCALAR-STRING-1',
  'SIMULATOR-SCALAR-BOOL-1',
  'SIMULATOR-10HZ',
  'SIMULATOR-NO-DATA',
  'SIMULATOR-CAMERA-SMALL:FPICTURE',
];
/** A run is checked for completeness. */
const WITH_DATA = CHANNELS.filter((name) => name !== 'SIMULATOR-NO-DATA');

/** `sf-databuffer demo`: one acquisition from DIA's first call to the verified file. */
export function demoCommand(): Command {
  return settingsCommand(
    'demo',
    {
      description:
        'Starts broker, writer and a simulated data buffer on free ports, acts as DIA for an ' +
        'acquisition of 3 seconds, and compares every value of the files with what was simulated. ' +
        "With --run it acts as a beamline's client instead: a scan of three steps becomes a run, which is " +
        'waited for and checked. With --data_api_protocol api4 the writer uses data API 4, and for images ' +
        'API 3. Exit code 0: the files are right.',
      settings: LOCAL_SETTINGS,
      without: [...SETTLED_SETTINGS, ...OWN_DATA_SETTINGS],
      defaults: {
        ...LOCAL_DEFAULTS,
        rest_port: 0,
        output_port: 0,
        port: 0,
        // Nobody else's requests are for a writer with simulated data, nor these for theirs.
        rabbitmq_prefix: 'sf_databuffer_demo',
        log_level: 'WARNING',
      },
      options: [
        new Option('--all', 'list every dataset, not only a line for each channel'),
        new Option('--run', 'a run of three acquisitions, for pulses that are past'),
      ],
      examples: [
        'sf-databuffer demo',
        'sf-databuffer demo --all',
        'sf-databuffer demo --run',
        'sf-databuffer demo --data_api_protocol api4',
        'sf-databuffer demo --queue rabbitmq',
      ],
    },
    async (line) => {
      const { startLocalServices } = await import('../local-services.js');
      const services = await startLocalServices(simulated(line));
      try {
        greet(services);
        process.exitCode = (await show(line, services)) ? 0 : 1;
        const start =
          process.env.npm_lifecycle_event === 'demo' ? 'npm start' : 'sf-databuffer start';
        console.log(`\nPage  http://localhost:10002/ once '${start}' runs`);
      } finally {
        await services.close();
      }
    },
  );
}

function greet({ brokerUrl, dataApiUrl, imageApiUrl, queue }: LocalServices): void {
  const cameras = imageApiUrl === undefined ? '' : `, cameras ${imageApiUrl}`;
  console.log(`Broker ${brokerUrl}, simulated data buffer ${dataApiUrl}${cameras}`);
  console.log(queue === undefined ? '' : `Queue ${queue}\n`);
}

/** @returns whether the files are right */
async function show({ values }: CommandLine, services: LocalServices): Promise<boolean> {
  if (values.run !== true) {
    return demonstrate(services, values.all === true ? fileTree : channelLines);
  }
  const { demonstrateRun } = await import('./run-demo.js');
  return demonstrateRun(services, WITH_DATA);
}

/** @returns whether the files are right */
async function demonstrate(
  { brokerUrl, settings }: LocalServices,
  tell: (file: FileSummary) => string,
): Promise<boolean> {
  const outputFile = join(settings.output_root[0], `demo_${localStamp(new Date())}.h5`);
  const range = await acquire(new Dia(brokerUrl), outputFile);
  const files = [
    { path: outputFile, channels: CHANNELS.filter((name) => !isCamera(name)) },
    { path: cameraFileOf(outputFile), channels: CHANNELS.filter((name) => isCamera(name)) },
  ];
  const library = await Hdf5Library.load();
  let right = true;
  for (const { path, channels } of files) {
    if (!(await appears(path))) return false;
    console.log(`\n${path}\n${tell(inspectFile(library, path))}`);
    const { values, differences } = verifyFile(library, path, channels, range);
    for (const difference of differences) console.log(`  WRONG: ${difference}`);
    if (differences.length === 0) console.log(`  ${values} values, all as simulated`);
    right &&= differences.length === 0;
  }
  return right;
}

/** Does what DIA and a detector writer do for one acquisition. */
async function acquire(dia: Dia, outputFile: string): Promise<PulseRange> {
  const say = async (call: string) => console.log(`${call.padEnd(36)} ${await dia.status()}`);
  await say('at first');
  await dia.setParameters({
    'general/created': new Date().toISOString(),
    'general/user': 'demo',
    'general/process': 'sf-databuffer demo',
    'general/instrument': 'simulator',
    output_file: outputFile,
    channels: CHANNELS,
  });
  await say('POST /parameters');
  const startPulseId = pulseIdAt();
  await dia.start(startPulseId);
  await say(`PUT /start_pulse_id/${startPulseId}`);
  await showPulses('acquiring', PULSES);
  const endPulseId = startPulseId + PULSES - 1;
  await dia.stop(endPulseId);
  await say(`PUT /stop_pulse_id/${endPulseId}`);
  return { startPulseId, endPulseId };
}

/** Waits for a file, which appears whole or not at all. */
async function appears(path: string): Promise<boolean> {
  const giveUp = Date.now() + MAX_WAIT_MS;
  while (!existsSync(path)) {
    if (existsSync(`${path}.err`)) {
      console.log(`\n${path} could not be written:\n${readFileSync(`${path}.err`, 'utf8')}`);
      return false;
    }
    if (Date.now() > giveUp) {
      console.log(`\n${path} did not appear within ${MAX_WAIT_MS / 1000} s`);
      return false;
    }
    await sleep(50);
  }
  return true;
}
