import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isThere } from '../filesystem/is-there.js';
import { whyUnreadable } from '../filesystem/why-unreadable.js';
import { acquisitionNumbers } from './acquisition-numbers.js';
import type { AcquisitionRecord } from './acquisition-record.js';
import { RunUnreadable } from './errors.js';
import { type MetadataPlace, MetadataProblem, readAcquisition } from './read-metadata.js';
import type { RunLayout } from './run-layout.js';
import {
  CLOSED,
  META,
  RUN_INFO,
  acquisitionName,
  numberOfFlatMetadata,
  numberOfRunFolder,
  tagOfRunFolder,
} from './run-names.js';

/** A run as it lies in a raw folder, of this project or of other systems, with what was kept of each acquisition. */
export interface RunOnDisk<A = AcquisitionRecord> {
  readonly layout: RunLayout;
  /** The run's folder, or in the flat layout its JSON. */
  readonly path: string;
  /** The pgroup's raw folder that it lies in. */
  readonly raw: string;
  readonly runNumber: number;
  /** The newest acquisition's. */
  readonly tag: string | null;
  /** Whether the pgroup is closed. */
  readonly closed: boolean;
  /** In the order of their numbers. */
  readonly acquisitions: readonly A[];
  /** Metadata that can't be understood, with the reason; its acquisitions are not in the list. */
  readonly unreadable: readonly { readonly file: string; readonly problem: string }[];
}

/**
 * Reads one run, one acquisition after another.
 *
 * @param path a run's folder, or in the flat layout its JSON
 * @param keep what of each is kept: thousands of them may name thousands of channels
 * @throws RunUnreadable, NodeJS.ErrnoException
 */
export async function readRun(path: string): Promise<RunOnDisk>;
export async function readRun<A>(
  path: string,
  keep: (acquisition: AcquisitionRecord) => Promise<A>,
): Promise<RunOnDisk<A>>;
export async function readRun(
  path: string,
  keep: (acquisition: AcquisitionRecord) => unknown = (acquisition) => acquisition,
): Promise<RunOnDisk<unknown>> {
  const absolute = resolve(path);
  const found = await statOf(absolute);
  const places = found.isDirectory() ? await placesIn(absolute) : [placeOfFlat(absolute)];
  const acquisitions: unknown[] = [];
  let userTag: string | null = null;
  const unreadable: { file: string; problem: string }[] = [];
  for (const place of places) {
    try {
      const acquisition = await readAcquisition(place);
      ({ userTag } = acquisition);
      acquisitions.push(await keep(acquisition));
    } catch (error) {
      if (!(error instanceof MetadataProblem)) throw error;
      unreadable.push({ file: place.file, problem: error.message });
    }
  }
  if (acquisitions.length === 0) {
    const [first] = unreadable;
    throw new RunUnreadable(
      absolute,
      first ? `${first.file}: ${first.problem}` : `it has no ${META}/acq0001.json`,
    );
  }
  const [{ layout, raw, runNumber }] = places;
  const isRun = layout === 'run';
  return {
    layout,
    path: absolute,
    raw,
    runNumber,
    tag: userTag ?? (isRun ? tagOfRunFolder(basename(absolute)) : undefined) ?? null,
    closed: isThere(join(raw, RUN_INFO, CLOSED)),
    acquisitions,
    unreadable,
  };
}

async function placesIn(runFolder: string): Promise<MetadataPlace[]> {
  const runNumber = numberOfRunFolder(basename(runFolder));
  if (runNumber === undefined) {
    throw new RunUnreadable(runFolder, 'its name is not that of a run');
  }
  const numbers = await acquisitionNumbers(runFolder);
  return numbers.map((acquisitionNumber) => ({
    layout: 'run',
    file: join(runFolder, META, `${acquisitionName(acquisitionNumber)}.json`),
    raw: dirname(runFolder),
    runFolder,
    runNumber,
    acquisitionNumber,
  }));
}

function placeOfFlat(file: string): MetadataPlace {
  const runNumber = numberOfFlatMetadata(basename(file));
  const runInfo = dirname(dirname(file));
  if (runNumber === undefined || basename(runInfo) !== RUN_INFO) {
    throw new RunUnreadable(file, 'its name is not that of a run');
  }
  const raw = dirname(runInfo);
  return { layout: 'flat', file, raw, runFolder: raw, runNumber, acquisitionNumber: 1 };
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw new RunUnreadable(path, whyUnreadable(error));
  }
}
