import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../../../src/hdf5/python.fixture.js';
import type { Api4Server } from '../../api4-server.fixture.js';
import type { ServedChannel } from './served-channel.js';
import { type Truth, truthOf } from './truth.js';
import { PULSES, timeOfPulse } from './zoo.js';

const PROGRAM = fileURLToPath(new URL('../../python/compare_channels.py', import.meta.url));
/** Many times what all types and odd ones take. */
const MAX_OUTPUT = 1 << 24;

/** What is otherwise in a file than a server has it, by h5py. */
export function differences(file: string, channels: readonly ServedChannel[]): string[] {
  const range = {
    ...{ startPulse: PULSES.start, stopPulse: PULSES.stop },
    ...{ begin: timeOfPulse(PULSES.start), end: timeOfPulse(PULSES.stop + 1) },
  };
  return differencesFrom(
    file,
    channels.map((channel) => truthOf(channel, range)),
  );
}

export function differencesFrom(file: string, truth: readonly Truth[]): string[] {
  const expected = `${file}.truth.json`;
  writeFileSync(expected, JSON.stringify(truth));
  const options = { encoding: 'utf8', maxBuffer: MAX_OUTPUT } as const;
  return JSON.parse(execFileSync(PYTHON, [PROGRAM, file, expected], options)) as string[];
}

/** The mappings that a server was asked for, and how often. */
export function mappingsAsked(server: Api4Server): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of server.askedFor('/api/4/map/')) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}
