import { Dataset, type File, Group } from 'h5wasm/node';

/** Where a file has its channels, each a group of datasets. */
export interface FileLayout {
  /** The group that has the channels' groups. */
  readonly group: Group;
  /** Names of the channels. */
  readonly names: readonly string[];
  /** The datasets that each channel has to have. */
  readonly required: readonly string[];
}

/**
 * The layout of a file: channels lie below `/data`, beside `/general`; or at the root, without
 * `/general`, as the Python implementation writes its camera files. Those have neither
 * `is_data_present` nor `global_date`.
 */
export function channelsIn(file: File): FileLayout {
  const names = file.keys();
  const data = names.includes('data') ? file.get('data') : undefined;
  if (data instanceof Group && !isChannel(data)) {
    const required = ['data', 'pulse_id', 'is_data_present', 'global_date'];
    return { group: data, names: data.keys(), required };
  }
  const channels = names.includes('general')
    ? []
    : names.filter((name) => file.get(name) instanceof Group);
  return { group: file, names: channels, required: ['data', 'pulse_id'] };
}

/** Whether a group has a channel's own datasets; a channel at the root may be called `data`. */
function isChannel(group: Group): boolean {
  const names = group.keys();
  return ['data', 'pulse_id'].some(
    (name) => names.includes(name) && group.get(name) instanceof Dataset,
  );
}
