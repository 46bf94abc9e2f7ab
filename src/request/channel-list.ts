import {
  type Channel,
  MAX_CHANNELS,
  backendOf,
  askedNameProblem,
  displayName,
  isImageChannel,
  trimmedName,
} from './channel.js';
import type { FieldProblem } from './errors.js';

/** How many channels a list may have, and how many of them may be cameras. */
export interface ListLimits {
  readonly channels: number;
  readonly cameras: number;
}

/** As many as a request may have. */
const OF_A_REQUEST: ListLimits = { channels: MAX_CHANNELS, cameras: MAX_CHANNELS };

/** Where there are too many, and more than these, names are not looked at one by one. */
const MOST_LOOKED_AT = 1000;

/** The names of a list as they are meant. */
export function trimmedNames(names: readonly string[]): string[] {
  return names.map(trimmedName);
}

/** The channels of a list of names, each once, in the order of their first mention. */
export function channelsOf(names: readonly string[]): Channel[] {
  return [...new Set(names)].map((name) => ({ name, backend: backendOf(name) }));
}

/**
 * The problems of a list of channel names, one entry each, naming the
 * place in the list; empty where nothing does.
 *
 * @param where how to call the n-th name, n from 0, e.g. `channels[3]` or `line 7`
 */
export function channelListProblems(
  names: readonly string[],
  where: (index: number) => string,
  limits: ListLimits = OF_A_REQUEST,
): FieldProblem[] {
  const tooMany = countProblems(channelsOf(names), limits);
  // Not each name as well of a list that is far too long.
  if (tooMany.length > 0 && names.length > MOST_LOOKED_AT) return tooMany;
  const problems: FieldProblem[] = [];
  names.forEach((name, index) => {
    const problem = askedNameProblem(name);
    if (problem) problems.push({ field: where(index), problem: `${displayName(name)} ${problem}` });
  });
  return [...problems, ...tooMany];
}

/** The problem of channels that are too many for one acquisition. */
export function countProblems(
  channels: readonly Channel[],
  limits: ListLimits = OF_A_REQUEST,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (channels.length > limits.channels) {
    problems.push({
      field: 'channels',
      problem: `are ${channels.length}; at most ${limits.channels} are allowed in one acquisition`,
    });
  }
  const cameras = channels.filter(isImageChannel).length;
  if (cameras > limits.cameras) {
    problems.push({
      field: 'channels',
      problem: `contain ${cameras} cameras (…:FPICTURE); at most ${limits.cameras} are allowed in one acquisition`,
    });
  }
  return problems;
}
