import { mkdir } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { pulseIdAt } from '../../databuffer/simulator/pulse-clock.js';
import { Beamlines } from '../../config/beamlines.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { isCamera } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { PgroupRoots } from '../../runs/pgroup-roots.js';
import { KINDS } from '../../runs/plan.js';
import { readRun } from '../../runs/run-on-disk.js';
import { checkRun } from '../check/check-run.js';
import { runLines } from '../check/run-lines.js';
import type { LocalServices } from '../local-services.js';
import { flatTree, folderTree } from './folder-tree.js';
import { showPulses } from './pulse-bar.js';
import { type RetrievalReply, RunClient } from './run-client.js';
import { verifyFile } from './verify-file.js';

const PGROUP = 'pdemo';
/** Of a scan: the values that a motor is set to. */
const MOTOR_VALUES = [0, 0.5, 1];
/** A second for each step. */
const PULSES = 100;
const MAX_WAIT_S = 60;

interface Step {
  readonly range: PulseRange;
  readonly reply: RetrievalReply;
}

/**
 * A scan of three steps as a beamline's client makes one: for each it waits until the pulses are past, then
 * asks for them.
 *
 * @param channels of the simulator
 * @returns whether the run is complete and its values are right
 */
export async function demonstrateRun(
  { brokerUrl, settings }: LocalServices,
  channels: readonly string[],
): Promise<boolean> {
  const raw = await makeRawFolder(settings);
  const client = new RunClient(brokerUrl, PGROUP);
  const steps = await scan(client, channels, settings.run_layout === 'run');
  // In the flat layout each step is a run of its own.
  const runs = [...new Set(steps.map(({ reply }) => reply.run_number))];
  const reader = new FileReader();
  let isRight = true;
  for (const number of runs) {
    const run = await client.wait(number, MAX_WAIT_S);
    say(`GET /runs/${PGROUP}/${number}/wait`, run.settled ? 'settled' : 'NOT SETTLED');
    console.log(`\n${await (run.layout === 'run' ? folderTree(run.path) : flatTree(raw, number))}`);
    const check = await checkRun(await readRun(run.path), reader);
    console.log(`\n$ sf-databuffer check --run ${relative('.', run.path)}`);
    console.log(`${runLines(check).join('\n')}\n`);
    isRight &&= run.settled && check.complete;
  }
  reader.close();
  if (isRight) isRight = await areValuesRight(steps, channels);
  console.log(`\nFiles ${raw}`);
  return isRight;
}

/** Pgroups' folders are made by the facility: a broker makes none. */
async function makeRawFolder({
  beamlines,
  pgroup_root,
}: LocalServices['settings']): Promise<string> {
  const known = new Beamlines(beamlines);
  const beamline = known.beamlineOf('127.0.0.1') ?? known.names[0];
  const raw = new PgroupRoots(pgroup_root, known.names).rawFolder(beamline, PGROUP);
  await mkdir(raw, { recursive: true });
  return raw;
}

/** @param isOneRun whether all steps are acquisitions of one run */
async function scan(
  client: RunClient,
  channels: readonly string[],
  isOneRun: boolean,
): Promise<Step[]> {
  const run_number = isOneRun ? await client.advance() : undefined;
  if (isOneRun) say('POST /advance_run_number', `run ${run_number}`);
  const steps: Step[] = [];
  for (const [index, value] of MOTOR_VALUES.entries()) {
    const start = pulseIdAt();
    const what = `step ${index + 1} of ${MOTOR_VALUES.length}, motor at ${value}`;
    await showPulses(what, PULSES);
    const range = { startPulseId: start, endPulseId: start + PULSES - 1 };
    const reply = await client.retrieve({
      run_number,
      start_pulseid: range.startPulseId,
      stop_pulseid: range.endPulseId,
      rate_multiplicator: 1,
      channels_list: channels.filter((name) => !isCamera(name)),
      camera_list: channels.filter((name) => isCamera(name)),
      scan_info: scanInfo(value),
    });
    const names = reply.files.map((file) => basename(file)).join(', ');
    say('POST /retrieve_from_buffers', `run ${reply.run_number}: ${names}`);
    steps.push({ range, reply });
  }
  return steps;
}

/** As clients send it with each step. */
function scanInfo(value: number): object {
  return {
    scan_name: 'demo',
    name: ['MOTOR'],
    Id: ['SIMULATOR-MOTOR'],
    units: ['mm'],
    offset: [0],
    conversion_factor: [1],
    scan_values: [value],
    scan_readbacks: [value],
    scan_readbacks_raw: [value],
  };
}

async function areValuesRight(
  steps: readonly Step[],
  channels: readonly string[],
): Promise<boolean> {
  const library = await Hdf5Library.load();
  let values = 0;
  const differences: string[] = [];
  for (const { range, reply } of steps) {
    for (const file of reply.files) {
      const isOfCameras = file.endsWith(`.${KINDS.run.cameras}.h5`);
      const own = channels.filter((name) => isCamera(name) === isOfCameras);
      // In the flat layout, other channels than cameras lie below a group.
      const group = file.endsWith(`.${KINDS.flat.channels}.h5`) ? '/data' : '';
      const verified = verifyFile(library, file, own, range, group);
      values += verified.values;
      differences.push(...verified.differences.map((each) => `${basename(file)}: ${each}`));
    }
  }
  for (const difference of differences) console.log(`WRONG: ${difference}`);
  if (differences.length === 0) console.log(`${values} values, all as simulated`);
  return differences.length === 0;
}

function say(call: string, answer: string): void {
  console.log(`${call.padEnd(36)} ${answer}`);
}
