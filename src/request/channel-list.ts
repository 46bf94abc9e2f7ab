import {
  type Channel,
  MAX_CAMERAS,
  MAX_CHANNELS,
  backendOf,
  askedNameProblem,
  displayName,
  isImageChannel,
  trimmedName,
} from './channel.js';
import type { FieldProblem } from './errors.js';

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
): FieldProblem[] {
  const tooMany = countProblems(channelsOf(names));
  // Not each name as well of a list that is far too long.
  if (tooMany.length > 0 && names.length > 10 * MAX_CHANNELS) return tooMany;
  const problems: FieldProblem[] = [];
  names.forEach((name, index) => {
    const problem = askedNameProblem(name);
    if (problem) problems.push({ field: where(index), problem: `${displayName(name)} ${problem}` });
  });
  return [...problems, ...tooMany];
}

/** The problem of channels that are too many for one acquisition. */
export function countProblems(channels: readonly Channel[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (channels.length > MAX_CHANNELS) {
    problems.push({
      field: 'channels',
      problem: `are ${channels.length}; at most ${MAX_CHANNELS} are allowed in one acquisition`,
    });
  }
  const cameras = channels.filter(isImageChannel).length;
  if (cameras > MAX_CAMERAS) {
    problems.push({
      field: 'channels',
      problem: `contain ${cameras} cameras (…:FPICTURE); at most ${MAX_CAMERAS} are allowed in one acquisition`,
    });
  }
  return problems;
}
