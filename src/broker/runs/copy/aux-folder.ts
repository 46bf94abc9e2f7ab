import { join } from 'node:path';
import { RunUnreadable } from '../../../runs/errors.js';
import { ExistingRuns } from '../../../runs/existing-runs.js';
import { directoryProblem } from '../../../runs/names.js';
import type { RawFolder } from '../../../runs/raw-folder.js';
import { readRun } from '../../../runs/run-on-disk.js';
import { flatMetadata, flatName } from '../../../runs/run-names.js';
import { RunAmbiguous, RunNotThere } from './errors.js';

const AUX = 'aux';

/**
 * The folder for users' files of a run, below the raw folder: `run0007/aux`. In the flat layout, where runs share
 * their folder, `<its directory_name>/aux/run_000007`: no run's files take the place of another's.
 *
 * @throws RunNotThere, RunAmbiguous; RunUnreadable where a flat run's metadata does not tell
 */
export async function auxFolder(raw: RawFolder, runNumber: number): Promise<string> {
  const existing = await ExistingRuns.read(raw);
  const folders = existing.foldersOf(runNumber);
  if (folders.length > 1) throw new RunAmbiguous(runNumber, folders);
  if (folders.length === 1) return join(folders[0], AUX);
  if (!existing.hasFlat(runNumber)) throw new RunNotThere(runNumber, raw.path);
  const metadata = join(raw.path, flatMetadata(runNumber));
  const { acquisitions } = await readRun(metadata);
  const { directory_name: directory } = acquisitions[0].metadata;
  const below = typeof directory === 'string' ? directory : '';
  const problem = below === '' ? undefined : directoryProblem(below);
  if (problem !== undefined) throw new RunUnreadable(metadata, `its directory_name ${problem}`);
  return join(below, AUX, flatName(runNumber));
}
