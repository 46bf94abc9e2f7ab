import { hiddenCharacter } from './hidden-character.js';

/** The part of the data API that holds a channel's data. */
export type Backend = 'sf-databuffer' | 'sf-imagebuffer';

/** A channel as the data API is asked for it. */
export interface Channel {
  readonly name: string;
  /** A {@link Backend}, or whatever else another implementation asks of its data API. */
  readonly backend: string;
}

/** The most channels of one request. */
export const MAX_CHANNELS = 50_000;

const MAX_NAME_BYTES = 255;

/** Camera images lie in the image buffer, everything else in the data buffer. */
export function backendOf(channelName: string): Backend {
  return channelName.endsWith(':FPICTURE') ? 'sf-imagebuffer' : 'sf-databuffer';
}

/** Whether a channel of this name lies in the image buffer where nobody says otherwise. */
export function isCamera(channelName: string): boolean {
  return backendOf(channelName) === 'sf-imagebuffer';
}

/** Whether a channel is asked of the image buffer; cameras of runs may have any name. */
export function isImageChannel({ backend }: Channel): boolean {
  return backend === 'sf-imagebuffer';
}

/** A channel's name as it is meant: blanks and line ends around it come from files and copied text. */
export function trimmedName(name: string): string {
  return name.trim();
}

/**
 * Why a channel of this name can't be asked for, or undefined where it can: it can't be a channel's
 * name at all, or has characters that nobody sees and no channel has.
 */
export function askedNameProblem(name: string): string | undefined {
  const hidden = hiddenCharacter(name);
  if (hidden === undefined) return channelNameProblem(name);
  return `contains the control character ${hidden}: take it out`;
}

/**
 * Why a text can't be a channel's name, or undefined where it can.
 *
 * A channel is a group in the file, and its name one component of a path there.
 */
export function channelNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.includes('/')) return "contains '/'";
  if (name.includes('\0')) return 'contains a NUL';
  if (/\p{Surrogate}/u.test(name)) return 'contains half a character';
  if (name === '.') return "is '.', which stands for the folder itself";
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES)
    return `is ${bytes} bytes long; at most ${MAX_NAME_BYTES} are allowed`;
  return undefined;
}

/** A name for logs and messages: quoted, control characters escaped, cut to a readable length. */
export function displayName(name: string): string {
  const text = JSON.stringify(name);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…"`;
}
