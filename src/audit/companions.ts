import { type Stats, statSync } from 'node:fs';
import { ROTATED } from './rotated-name.js';
import { TrailFileUnusable } from './errors.js';

/** Ending of a file that exists for a moment, to find out whether the trail's disk can be written to. */
export const PROBE_SUFFIX = '.probe';

/** Endings of the files that a broker keeps beside its trail. */
export const COMPANIONS = [
  '.acquisition',
  '.abandoned',
  '.outcomes',
  '.lock',
  '.id',
  '.damaged',
  '.retrievals',
] as const;

/** Endings of files that exist for a moment while one of them is replaced. */
const TEMPORARY = [
  '.acquisition.new',
  '.abandoned.new',
  '.retrievals.new',
  '.id.new',
  '.lock.taken-over',
  PROBE_SUFFIX,
];

const COMPANION = new RegExp(
  String.raw`(${COMPANIONS.join('|').replaceAll('.', String.raw`\.`)})(\.(new|taken-over|damaged-.*)|${ROTATED})?$`,
);

/** Whether a file is one that a broker keeps beside a trail: a glob for the trail finds it as well. */
export function isCompanion(file: string): boolean {
  return COMPANION.test(file);
}

/** The names of the trail and of all files that a broker keeps beside it. */
export function trailFiles(trail: string): string[] {
  return ['', ...COMPANIONS, PROBE_SUFFIX].map((suffix) => `${trail}${suffix}`);
}

/**
 * Makes sure that no file of the broker is a FIFO, a device or a folder, which would hang its start,
 * or swallow what is recorded. Opens none of them.
 *
 * @throws TrailFileUnusable
 */
export function refuseSpecialFiles(trail: string): void {
  for (const suffix of ['', ...COMPANIONS, ...TEMPORARY]) {
    const file = `${trail}${suffix}`;
    const kind = specialKind(file);
    if (kind !== undefined) throw new TrailFileUnusable(file, kind);
  }
}

function specialKind(file: string): string | undefined {
  let found: Stats | undefined;
  try {
    found = statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined; // Why it can't be reached is reported when it is opened.
  }
  if (!found || found.isFile()) return undefined;
  if (found.isDirectory()) return 'folder';
  if (found.isFIFO()) return 'FIFO';
  return found.isSocket() ? 'socket' : 'device';
}
