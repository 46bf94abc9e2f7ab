import type { AcquisitionRecord } from './acquisition-record.js';
import type { RunLayout } from './run-layout.js';

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
export function readRun(path: string): Promise<RunOnDisk> {
  return Promise.reject(new Error(`not yet: ${path}`));
}

/**
 * The runs of a raw folder, those with the highest numbers first.
 *
 * @param options.before only those with lower numbers
 * @throws NodeJS.ErrnoException
 */
export function listRuns(
  raw: string,
  options: { readonly layout?: RunLayout; readonly limit: number; readonly before?: number },
): Promise<RunHeadOnDisk[]> {
  return Promise.reject(new Error(`not yet: ${raw} ${options.limit}`));
}
