import { join } from 'node:path';
import type { RunLayout } from './run-layout.js';

/** Higher ones come of damage: the widest that calls take. */
export const MAX_RUN_NUMBER = 999_999_999;

/** The folder of counters, of the flat layout's metadata, and of what is under way. */
export const RUN_INFO = 'run_info';
export const SCAN_INFO = 'scan_info';
export const SCAN_FILE = 'scan.json';
/** Whose existence says that nothing more is to be written to the pgroup. */
export const CLOSED = 'CLOSED';
export const META = 'meta';
export const DATA = 'data';
export const LOGS = 'logs';

const digits = (number: number, count: number) => String(number).padStart(count, '0');

/** @param suffix a cleaned tag, see `suffixOf` */
export function runFolderName(runNumber: number, suffix?: string): string {
  const name = `run${digits(runNumber, 4)}`;
  return suffix === undefined ? name : `${name}-${suffix}`;
}

/**
 * The run number of a name in a raw folder, as 7 of `run0007` and of `run0007-tag`; undefined of other names.
 * `run10000` is not of run 1000, though it begins alike.
 */
export function numberOfRunFolder(name: string): number | undefined {
  const number = /^run(\d{4,9})(?!\d)/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** What follows the number and a hyphen, undefined where nothing does. */
export function tagOfRunFolder(name: string): string | undefined {
  return /^run\d+-(.+)$/s.exec(name)?.[1];
}

export function acquisitionName(acquisitionNumber: number): string {
  return `acq${digits(acquisitionNumber, 4)}`;
}

/** The number of an acquisition's metadata, as 3 of `acq0003.json`; undefined of other names. */
export function numberOfMetadata(name: string): number | undefined {
  const number = /^acq(\d{4,15})\.json$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

export function flatName(runNumber: number): string {
  return `run_${digits(runNumber, 6)}`;
}

/** The folder that the metadata of a thousand runs lies in, below `run_info`. */
export function thousandName(runNumber: number): string {
  return digits(Math.floor(runNumber / 1000) * 1000, 6);
}

/** Where the flat layout has a run's metadata, below the raw folder. */
export function flatMetadata(runNumber: number): string {
  return join(RUN_INFO, thousandName(runNumber), `${flatName(runNumber)}.json`);
}

/** The run number of metadata of the flat layout, as 7 of `run_000007.json`; undefined of other names. */
export function numberOfFlatMetadata(name: string): number | undefined {
  const number = /^run_(\d{6,9})\.json$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/**
 * Names of an acquisition's file and of its log, absolute.
 *
 * @param runFolder where the run's files lie
 * @param kind see `PlannedFile`
 */
export function fileNames(
  layout: RunLayout,
  raw: string,
  runFolder: string,
  numbers: { readonly runNumber: number; readonly acquisitionNumber: number },
  kind: string,
): { readonly path: string; readonly logFile: string } {
  if (layout === 'run') {
    const name = `${acquisitionName(numbers.acquisitionNumber)}.${kind}`;
    return {
      path: join(runFolder, DATA, `${name}.h5`),
      logFile: join(runFolder, LOGS, `${name}.log`),
    };
  }
  const name = `${flatName(numbers.runNumber)}.${kind}`;
  return {
    path: join(runFolder, `${name}.h5`),
    logFile: join(raw, RUN_INFO, thousandName(numbers.runNumber), `${name}.log`),
  };
}
