import { basename, join } from 'node:path';
import { isThere } from '../filesystem/is-there.js';
import { EventLog } from '../logging/event-log.js';
import { RunNumberAhead, RunNumberUsed, RunTagDiffers } from './errors.js';
import type { ExistingRuns } from './existing-runs.js';
import { placesOf, planOf } from './make-plan.js';
import type { RawFolder } from './raw-folder.js';
import type { Retrieval } from './retrieval.js';
import { META, RUN_INFO, numberOfMetadata, runFolderName } from './run-names.js';

/**
 * The run number that a retrieval gets: its own, or the next that nothing has.
 *
 * @param last the counter's
 * @throws RunNumberAhead, RunTagDiffers, RunNumberUsed, PgroupNotWritable
 */
export function runNumberFor(
  raw: RawFolder,
  retrieval: Retrieval,
  runs: ExistingRuns,
  last: number,
): number {
  const number = retrieval.runNumber ?? nextFreeNumber(raw, runs, last, retrieval);
  if (retrieval.runNumber !== undefined && number > last) throw new RunNumberAhead(number, last);
  if (retrieval.layout === 'run') refuseOtherTag(raw, retrieval, runs, number);
  else refuseUsed(raw, retrieval, runs, number);
  return number;
}

/**
 * The next number that nothing has. A counter may be lower than what exists, where it came from a copy.
 *
 * @param retrieval whose files would have the number
 */
export function nextFreeNumber(
  raw: RawFolder,
  runs: ExistingRuns,
  last: number,
  retrieval?: Retrieval,
): number {
  const isTaken = (number: number) =>
    runs.has(number) ||
    (retrieval !== undefined && existingFile(raw, retrieval, number) !== undefined);
  let next = last + 1;
  while (isTaken(next)) next++;
  if (next > last + 1) {
    new EventLog('Broker').warn('run numbers that exist already were left out', {
      file: join(raw.path, RUN_INFO, 'LAST_RUN'),
      reason: `it held ${last}, and runs up to ${next - 1} exist`,
    });
  }
  return next;
}

/** The number that an acquisition gets in its run: one more than the highest, whatever else lies there. */
export async function nextAcquisitionNumber(
  raw: RawFolder,
  { layout, suffix }: Retrieval,
  runNumber: number,
): Promise<number> {
  if (layout === 'flat') return 1;
  const names = await raw.namesIn(`${runFolderName(runNumber, suffix)}/${META}`);
  const numbers = names.map(numberOfMetadata).filter((each) => each !== undefined);
  return numbers.reduce((highest, each) => Math.max(highest, each), 0) + 1;
}

function refuseOtherTag(
  raw: RawFolder,
  { suffix }: Retrieval,
  runs: ExistingRuns,
  runNumber: number,
): void {
  const own = runFolderName(runNumber, suffix);
  const folders = runs.foldersOf(runNumber);
  if (folders.length > 0 && !folders.includes(own)) {
    throw new RunTagDiffers(runNumber, own, folders);
  }
  refuseUnwritable(raw, [own, `${own}/${META}`]);
}

function refuseUsed(
  raw: RawFolder,
  retrieval: Retrieval,
  runs: ExistingRuns,
  runNumber: number,
): void {
  const places = placesOf(retrieval, { runNumber, acquisitionNumber: 1 });
  const used = runs.hasFlat(runNumber)
    ? join(raw.path, places.metadataFolder, places.metadataName)
    : existingFile(raw, retrieval, runNumber);
  if (used !== undefined) throw new RunNumberUsed(runNumber, used);
  const scanFolder = places.scan ? [places.scan.folder] : [];
  refuseUnwritable(raw, [places.metadataFolder, places.runFolder, ...scanFolder]);
}

function refuseUnwritable(raw: RawFolder, folders: readonly string[]): void {
  for (const folder of folders) if (raw.folderIfThere(folder)) raw.refuseUnwritable(folder);
}

/** A file that an acquisition of this number would write, and that exists; flat layout only. */
function existingFile(raw: RawFolder, retrieval: Retrieval, runNumber: number): string | undefined {
  if (retrieval.layout === 'run') return undefined;
  const numbers = { runNumber, acquisitionNumber: 1, uniqueAcquisitionNumber: 1, scanStep: 0 };
  const folder = raw.folderIfThere(placesOf(retrieval, numbers).runFolder);
  if (!folder) return undefined;
  const { files } = planOf(retrieval, raw.path, numbers);
  return files.find(({ path }) => isThere(folder.at(basename(path))))?.path;
}
