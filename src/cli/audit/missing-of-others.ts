import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { KINDS } from '../../runs/plan.js';
import type { RunOnDisk } from '../../runs/run-on-disk.js';
import { isNamed } from './select-requests.js';

/**
 * What to say of a run's files of PVs and detectors that are not there: writers don't write these.
 *
 * @param only an output file, or its name without the folder; undefined for all
 * @throws NodeJS.ErrnoException where a file can't be looked at
 */
export function missingOfOthers(
  { acquisitions, layout, runNumber }: RunOnDisk,
  only?: string,
): string | undefined {
  const { pvs, channels, cameras } = KINDS[layout];
  const missing = acquisitions
    .flatMap(({ files }) => files)
    .filter(({ kind }) => kind !== channels && kind !== cameras)
    .filter(({ path }) => only === undefined || isNamed(path, only))
    .filter(({ path }) => !statSync(path, { throwIfNoEntry: false }));
  if (missing.length === 0) return undefined;
  const fields = new Set(missing.map(({ kind }) => (kind === pvs ? 'pv_list' : 'detectors')));
  // A flat run is acquired once: they come as a new one.
  const given = [...(layout === 'run' ? [`run_number ${runNumber}`] : []), ...fields];
  const names = missing.map(({ path }) => basename(path)).join(', ');
  return `not there, and written by others: ${names}; ask for them with POST /retrieve_from_buffers (${given.join(', ')})`;
}
