import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { acquisitionNumbers } from './acquisition-numbers.js';
import { newestFlat } from './newest-flat.js';
import { MetadataProblem, readMetadata } from './read-metadata.js';
import type { RunLayout } from './run-layout.js';
import {
  META,
  acquisitionName,
  flatMetadata,
  numberOfRunFolder,
  tagOfRunFolder,
} from './run-names.js';

/** Metadata that is read side by side: each may have megabytes. */
const AT_ONCE = 16;

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
  const heads: RunHeadOnDisk[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE) {
    heads.push(...(await Promise.all(found.slice(at, at + AT_ONCE).map(headOf))));
  }
  return heads;
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
    return await readMetadata(file, JSON.parse);
  } catch (error) {
    if (error instanceof MetadataProblem) return {};
    throw error;
  }
}
