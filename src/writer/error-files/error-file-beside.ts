import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parseTrailLine } from '../../audit/trail-line.js';
import type { OpenFolder } from '../../filesystem/open-folder.js';
import {
  type RequestIdentity,
  identityOf,
  isNewerInTrail,
  isSameRequest,
} from '../../request/request-order.js';
import { removeDurably } from './durable-files.js';

/** A longer one is not a request's: an acquisition of 50,000 channels has 5 MB. */
const MAX_BYTES = 96 * 1024 * 1024;

/** The name of the error file of an output file. */
export function errorFileOf(name: string): string {
  return `${name}.err`;
}

/**
 * Whether a request may remove or replace the error file that lies beside its output file: not that of
 * a newer request, unless one of the two acquires the other again.
 */
export function mayReplace(folder: OpenFolder, name: string, request: RequestIdentity): boolean {
  const found = identityIn(folder.at(errorFileOf(name)));
  if (found === undefined) return true;
  return (
    isSameRequest(found, request) ||
    (found.replayOf !== undefined && found.replayOf === request.id) ||
    (request.replayOf !== undefined && request.replayOf === found.id) ||
    !isNewerInTrail(found, request)
  );
}

/**
 * Removes the error file beside an output file that is there now, if it is the request's to remove.
 *
 * @throws FileSystemFailure
 */
export function removeErrorFile(folder: OpenFolder, name: string, request: RequestIdentity): void {
  if (mayReplace(folder, name, request)) removeDurably(folder, errorFileOf(name));
}

/** Whether a file of a folder is there with just this text. */
export function hasText(folder: OpenFolder, name: string, text: string): boolean {
  return textAt(folder.at(name)) === text;
}

/** The request of an error file; undefined where it is missing, or not the line of a request. */
function identityIn(path: string): RequestIdentity | undefined {
  const line = parseTrailLine((textAt(path) ?? '').trimEnd());
  return 'damaged' in line ? undefined : identityOf(line.request);
}

/** The text of an error file; undefined where it is missing, can't be read, or is none. */
export function textAt(path: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const state = fstatSync(fd);
    if (!state.isFile() || state.size > MAX_BYTES) return undefined;
    return readFileSync(fd, 'utf8');
  } catch {
    return undefined; // What can't be read names no newer request.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
