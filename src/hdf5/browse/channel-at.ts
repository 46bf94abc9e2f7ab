import { type BrowsedFile, below, tidyPath } from './browsed-file.js';
import { CLASS } from './described-type.js';
import { BadQuestion, NotReadableHere } from './errors.js';

/** The datasets of a channel of a file, by path; those that it lacks are undefined. */
export interface ChannelDatasets {
  /** As people know it: the group's name. */
  readonly name: string;
  readonly rows: number;
  readonly data: string;
  readonly pulseId: string;
  readonly present: string | undefined;
  readonly date: string | undefined;
  readonly timestamp: string | undefined;
}

/**
 * The channel at a path: its group, or the `data` in it; below `/data`, or at the root as files of runs, and
 * camera files of the Python implementation, have it. `/data/<channel>` leads to it in both.
 *
 * @throws BadQuestion when there is something else; NoSuchPath, LinkUnresolved, Hdf5Failure
 */
export function channelAt(file: BrowsedFile, path: string): ChannelDatasets {
  const tidy = inLayoutOf(file, tidyPath(path));
  const kind = file.objectAt(tidy);
  const group = kind === 'group' ? tidy : tidy.slice(0, tidy.lastIndexOf('/')) || '/';
  const there = new Set(file.namesIn(group));
  const at = (name: string) => {
    const dataset = below(group, name);
    return there.has(name) && file.kindAt(dataset) === 'dataset' ? dataset : undefined;
  };
  const [data, pulseId] = [at('data'), at('pulse_id')];
  if (data === undefined || pulseId === undefined || group === '/') {
    throw new BadQuestion(
      `${tidy} is not a channel: give the path of a group that has data and pulse_id, as /data/<channel>.`,
    );
  }
  if (file.datasetAt(pulseId).type !== CLASS.integer) {
    throw new NotReadableHere(group, 'its pulse_id has no integers.');
  }
  const [rows, values] = [pulseId, data].map((each) => file.datasetAt(each).shape?.[0]);
  if (rows === undefined || rows !== values) {
    const reason = `it has ${values ?? 'no'} rows of data and ${rows ?? 'no'} of pulse_id.`;
    throw new NotReadableHere(group, reason);
  }
  const column = (name: string) => {
    const path = at(name);
    return path !== undefined && file.datasetAt(path).shape?.[0] === rows ? path : undefined;
  };
  return {
    name: group.slice(group.lastIndexOf('/') + 1),
    rows,
    data,
    pulseId,
    present: column('is_data_present'),
    date: column('global_date'),
    timestamp: column('timestamp'),
  };
}

/** Who knows no more than a channel's name looks for it below `/data`. */
function inLayoutOf(file: BrowsedFile, path: string): string {
  const [, name] = /^\/data\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined || name.includes('\0')) return path;
  const isThere = file.kindAt('/data') === 'group' && file.kindAt(path) !== undefined;
  return !isThere && file.kindAt(`/${name}`) === 'group' ? `/${name}` : path;
}

/** The path of a channel by its name, wherever the file has its channels. @throws BadQuestion */
export function channelPath(file: BrowsedFile, name: string): string {
  const found = [`/data/${name}`, `/${name}`].find(
    (path) => file.kindAt(path) === 'group' && file.kindAt(`${path}/pulse_id`) === 'dataset',
  );
  if (name.includes('\0') || name.includes('/') || found === undefined) {
    throw new BadQuestion(`the file has no channel '${name.slice(0, 200)}'.`);
  }
  return found;
}
