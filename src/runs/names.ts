import { displayName } from '../request/channel.js';
import { hiddenCharacter } from '../request/hidden-character.js';

const PGROUP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** One component of a path that every tool can take: no blanks, no quotes, no option. */
const COMPONENT = /^[A-Za-z0-9_][A-Za-z0-9_.+:-]*$/;
const MAX_COMPONENT_BYTES = 200;

/** One folder of a directory's path: the same, with letters of any language. */
const FOLDER = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.+:=,@#-]*$/u;

/** Of a directory below the raw folder: names of files in it have to stay below the system's 4096. */
const MAX_DIRECTORY_BYTES = 1000;

/** As much of a user tag as gets into a folder's name. */
const MAX_SUFFIX = 50;
const SUFFIX = /^[A-Za-z0-9_+.-]{1,50}$/;

/** Why a text can't be the name of a pgroup, or undefined where it can. */
export function pgroupProblem(pgroup: unknown): string | undefined {
  if (typeof pgroup !== 'string') return 'is missing or not a text: give a pgroup, as p12345';
  if (pgroup === '') return 'is empty: give a pgroup, as p12345';
  if (PGROUP.test(pgroup) && !pgroup.includes('..')) return undefined;
  return (
    `is ${displayName(pgroup)}, which names no pgroup: up to 64 letters, digits, '.', '_' and '-', ` +
    "no '..', a letter or digit first"
  );
}

/** Why a text can't be a detector's name, one component of a path, or undefined where it can. */
export function componentProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (!COMPONENT.test(name) || name.includes('..')) {
    return (
      `is ${displayName(name)}: use letters, digits, '_', '-', '+', ':' and '.', no '..', ` +
      "a letter, a digit or '_' first"
    );
  }
  return name.length > MAX_COMPONENT_BYTES
    ? `has ${name.length} characters; at most ${MAX_COMPONENT_BYTES} are allowed`
    : undefined;
}

/** Why a text can't name a folder below a pgroup's raw folder, or undefined where it can. */
export function directoryProblem(directory: string): string | undefined {
  const problem = pathProblem(directory);
  if (problem !== undefined) return problem;
  const odd = withoutEnd(directory)
    .split('/')
    .find((part) => !FOLDER.test(part));
  return odd === undefined
    ? undefined
    : `has the part ${displayName(odd)}: use letters, digits, '_', '-', '+', '=', ',', ':', '@', '#' and '.', ` +
        "no blanks, a letter, a digit or '_' first";
}

/** Why a text can't name a scan, whose file is called so, or undefined where it can. */
export function scanNameProblem(name: string): string | undefined {
  if (name.includes('/')) return `is ${displayName(name)}: leave '/' out`;
  return pathProblem(name);
}

function pathProblem(directory: string): string | undefined {
  const hidden = hiddenCharacter(directory);
  if (hidden !== undefined) {
    return `is ${displayName(directory)}, which contains the control character ${hidden}: take it out`;
  }
  if (/\p{Surrogate}/u.test(directory)) return 'contains half a character: give Unicode text';
  if (directory.startsWith('/')) {
    return `is ${displayName(directory)}: give a path below the raw folder, without '/' at its start`;
  }
  const parts = withoutEnd(directory).split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) {
    return `is ${displayName(directory)}, which has an empty part, '.' or '..': leave that out`;
  }
  if (parts.some((part) => part !== part.trim())) {
    return `is ${displayName(directory)}: leave out blanks at the start and the end of its parts`;
  }
  if (parts.some((part) => Buffer.byteLength(part) > MAX_COMPONENT_BYTES)) {
    return `has a part of over ${MAX_COMPONENT_BYTES} bytes: shorten it`;
  }
  if (Buffer.byteLength(directory) > MAX_DIRECTORY_BYTES) {
    return `has over ${MAX_DIRECTORY_BYTES} bytes: shorten it`;
  }
  return undefined;
}

/** The same folder, named without a slash at its end. */
export function withoutEnd(directory: string): string {
  return directory.replace(/\/$/, '');
}

/** Whether a text is one that {@link suffixOf} makes. */
export function isSuffix(text: string): boolean {
  return SUFFIX.test(text);
}

/**
 * What of a user tag is appended to a run folder's name: each character outside `A-Z a-z 0-9 _ - + .` becomes
 * `_`, 50 are kept, and the last one becomes `_` unless it is a letter or a digit. Undefined for an empty one.
 */
export function suffixOf(userTag: string | null | undefined): string | undefined {
  if (!userTag) return undefined;
  // By whole characters, as Python counts them.
  const cleaned = [...userTag].map((each) => (/^[A-Za-z0-9_+.-]$/.test(each) ? each : '_'));
  return cleaned
    .slice(0, MAX_SUFFIX)
    .join('')
    .replace(/[^A-Za-z0-9]$/, '_');
}
