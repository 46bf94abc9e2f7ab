import { type Stats, lstatSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { namesIfThere } from '../filesystem/names-if-there.js';
import { whyUnreadable } from '../filesystem/why-unreadable.js';
import type { AcquisitionRecord } from './acquisition-record.js';
import { RunUnreadable } from './errors.js';
import { newestFlat } from './newest-flat.js';
import {
  type MetadataPlace,
  MetadataProblem,
  readAcquisition,
  readMetadata,
} from './read-metadata.js';
import type { RunLayout } from './run-layout.js';
import {
  CLOSED,
  META,
  RUN_INFO,
  acquisitionName,
  flatMetadata,
  numberOfFlatMetadata,
  numberOfMetadata,
  numberOfRunFolder,
  tagOfRunFolder,
} from './run-names.js';

/** A run as it lies in a raw folder, of this project or of other systems. */
export interface RunOnDisk {
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
  readonly acquisitions: readonly AcquisitionRecord[];
  /** Metadata that can't be understood, with the reason; its acquisitions are not in the list. */
  readonly unreadable: readonly { readonly file: string; readonly problem: string }[];
}

/** What a list of runs says of each. */
export interface RunHeadOnDisk {
  readonly layout: RunLayout;
  readonly path: string;
  readonly runNumber: number;
  readonly tag: string | null;
  readonly acquisitions: number;
  /** Of the newest acquisition; null where its metadata has none, or can't be read. */
  readonly beamline: string | null;
  readonly requestTime: string | null;
}

/**
 * Reads one run.
 *
 * @param path a run's folder, or in the flat layout its JSON
 * @throws RunUnreadable
 */
export async function readRun(path: string): Promise<RunOnDisk> {
  const absolute = resolve(path);
  const found = await statOf(absolute);
  const places = found.isDirectory() ? await placesIn(absolute) : [placeOfFlat(absolute)];
  const acquisitions: AcquisitionRecord[] = [];
  const unreadable: { file: string; problem: string }[] = [];
  for (const place of places) {
    try {
      acquisitions.push(await readAcquisition(place));
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
    tag:
      acquisitions.at(-1)!.userTag ??
      (isRun ? tagOfRunFolder(basename(absolute)) : undefined) ??
      null,
    closed: lstatSync(join(raw, RUN_INFO, CLOSED), { throwIfNoEntry: false }) !== undefined,
    acquisitions,
    unreadable,
  };
}

/**
 * The runs of a raw folder, those with the highest numbers first. Reads the newest metadata of those alone that
 * it gives.
 *
 * @param options.layout of one layout alone
 * @param options.before only those with lower numbers
 * @throws NodeJS.ErrnoException
 */
export async function listRuns(
  raw: string,
  options: { readonly layout?: RunLayout; readonly limit: number; readonly before?: number },
): Promise<RunHeadOnDisk[]> {
  const { layout, limit, before = Infinity } = options;
  const found = [
    ...(layout === 'flat' ? [] : await runFolders(raw, before)),
    ...(layout === 'run' ? [] : await flatRuns(raw, limit, before)),
  ]
    .sort((one, other) => other.runNumber - one.runNumber)
    .slice(0, limit);
  return Promise.all(found.map(headOf));
}

interface FoundRun {
  readonly layout: RunLayout;
  readonly path: string;
  readonly runNumber: number;
}

async function runFolders(raw: string, before: number): Promise<FoundRun[]> {
  const entries = await readdir(raw, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const runNumber = numberOfRunFolder(entry.name);
    if (!entry.isDirectory() || runNumber === undefined || runNumber >= before) return [];
    return [{ layout: 'run' as const, path: join(raw, entry.name), runNumber }];
  });
}

async function flatRuns(raw: string, limit: number, before: number): Promise<FoundRun[]> {
  const numbers = await newestFlat(raw, limit, before);
  return numbers.map((runNumber) => ({
    layout: 'flat' as const,
    path: join(raw, flatMetadata(runNumber)),
    runNumber,
  }));
}

async function headOf({ layout, path, runNumber }: FoundRun): Promise<RunHeadOnDisk> {
  const numbers = layout === 'run' ? await acquisitionNumbers(path) : [1];
  const newest = numbers.at(-1);
  const file = layout === 'flat' ? path : join(path, META, `${acquisitionName(newest ?? 1)}.json`);
  const metadata = newest === undefined ? {} : await metadataOrNone(file);
  const textOf = (key: string) => {
    const value = metadata[key];
    return typeof value === 'string' ? value : null;
  };
  const tag = textOf('user_tag') ?? (layout === 'run' ? tagOfRunFolder(basename(path)) : null);
  return {
    layout,
    path,
    runNumber,
    tag: tag ?? null,
    acquisitions: numbers.length,
    beamline: textOf('beamline'),
    requestTime: textOf('request_time'),
  };
}

/** In a list nothing more is said of metadata that can't be understood; who reads the run is told. */
async function metadataOrNone(file: string): Promise<Record<string, unknown>> {
  try {
    return await readMetadata(file);
  } catch (error) {
    if (error instanceof MetadataProblem) return {};
    throw error;
  }
}

/** The acquisitions of a run folder, ascending. */
async function acquisitionNumbers(runFolder: string): Promise<number[]> {
  const names = await namesIfThere(join(runFolder, META));
  return names
    .map(numberOfMetadata)
    .filter((number) => number !== undefined)
    .sort((one, other) => one - other);
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
